"""What `layers` is made of: the base class, the in-memory layer, its queues."""
