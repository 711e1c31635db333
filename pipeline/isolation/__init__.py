"""Work on hostile input, done in processes that can be killed."""
