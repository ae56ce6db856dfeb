"""What is wrong with a project, and what an error of it means."""
