"""Forms of the case floor, and the parts that other forms are made of: local times, places, numbers of people."""
