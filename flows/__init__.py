"""What runs: the stages in order, the Prefect flows that wrap them, and the command line."""
