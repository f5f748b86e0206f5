"""Links between relations: who directs, employs, married or owns whom, with a name for each direction."""
