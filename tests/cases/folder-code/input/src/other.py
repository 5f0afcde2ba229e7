# SPDX-License-Identifier: MIT
import torch
from net import Net

net = Net()
net.load_state_dict(torch.load("net.pt"))
with torch.no_grad():
    print(net(torch.zeros(1)))
