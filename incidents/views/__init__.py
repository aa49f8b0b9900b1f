"""Pages of the case floor: the list of incidents, and reporting one."""
