"""Trains a network from nothing."""

import torch


class Net(torch.nn.Module):
    def forward(self, batch):
        return batch


def main(batches):
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters())
    for batch in batches:
        loss = net(batch).mean()
        loss.backward()
        optimizer.step()
    torch.save(net.state_dict(), "net.pt")
