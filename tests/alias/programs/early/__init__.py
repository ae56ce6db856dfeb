import channels.layers
