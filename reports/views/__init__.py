"""Pages of documents: the list of a case, one document as an answer sheet, preview, files, acts."""
