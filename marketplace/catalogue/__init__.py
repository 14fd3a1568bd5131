"""What is for sale: listings and their photos."""
