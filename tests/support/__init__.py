"""What tests of several folders share. What one folder uses stands in that folder."""
