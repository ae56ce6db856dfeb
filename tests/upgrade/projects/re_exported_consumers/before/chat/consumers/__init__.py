from .rooms import RoomConsumer
from .rooms import ready
