"""The same numbers by JAX and, if it is there, PyTorch, each as its documentation has it done. In the row convention."""

import jax
import jax.numpy as jnp
import numpy as np

try:
    import torch
except ImportError:
    torch = None

jax.config.update("jax_enable_x64", True)

FUNCTIONS = {
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "softplus": jax.nn.softplus,
    "gelu": lambda o: jax.nn.gelu(o, approximate=False),
    "silu": jax.nn.silu,
    "identity": lambda o: o,
    "relu": jax.nn.relu,
}
STEP = ("dx_t", "dh_prev", "dW_x", "dW_h", "db")


def cell(activation, x_t, h_prev, W_x, W_h, b):
    return FUNCTIONS[activation](h_prev @ W_h + x_t @ W_x + b)


def jax_step(activation, inputs, dh, tangents):
    """jax.vjp, jax.jvp and the Hessian-vector product forward over reverse, compiled."""
    f = lambda *inputs: cell(activation, *inputs)
    gradients = lambda *inputs: jax.vjp(f, *inputs)[1](dh)
    hvp = jax.jit(lambda inputs, tangents: jax.jvp(gradients, inputs, tangents)[1])
    return {
        "/backward": dict(zip(STEP, jax.jit(gradients)(*inputs))),
        "/jvp": {"tangent": jax.jit(lambda inputs, tangents: jax.jvp(f, inputs, tangents)[1])(inputs, tangents)},
        "/hvp": dict(zip(STEP, hvp(inputs, tangents))),
    }


def jax_sequence(activation, inputs, dh):
    """jax.vjp through lax.scan."""

    def states(x, h_0, W_x, W_h, b):
        def advance(h, x_t):
            h = cell(activation, x_t, h, W_x, W_h, b)
            return h, h

        return jax.lax.scan(advance, h_0, x.swapaxes(0, 1))[1].swapaxes(0, 1)

    h, pullback = jax.vjp(jax.jit(states), *inputs)
    return {"h": h, **dict(zip(("dx", "dh_0", "dW_x", "dW_h", "db"), pullback(dh)))}


def torch_sequence(activation, inputs, dh):
    """torch.nn.RNN, by the mapping W_x = weight_ih.T, W_h = weight_hh.T, b = bias_ih + bias_hh."""
    x, h_0, W_x, W_h, b = (torch.tensor(np.asarray(a)) for a in inputs)
    rnn = torch.nn.RNN(W_x.shape[0], W_x.shape[1], nonlinearity=activation, batch_first=True, dtype=x.dtype)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(W_x.T)
        rnn.weight_hh_l0.copy_(W_h.T)
        rnn.bias_ih_l0.copy_(b)
        rnn.bias_hh_l0.zero_()
    x.requires_grad_(), h_0.requires_grad_()
    h, _ = rnn(x, h_0[None])
    h.backward(torch.tensor(np.asarray(dh)))
    results = {
        "h": h.detach(), "dx": x.grad, "dh_0": h_0.grad, "dW_x": rnn.weight_ih_l0.grad.T, "dW_h": rnn.weight_hh_l0.grad.T,
        "db": rnn.bias_ih_l0.grad,
    }
    return {name: tensor.numpy() for name, tensor in results.items()}


def torch_step(activation, inputs, dh):
    """torch.nn.RNNCell, by the same mapping."""
    x_t, h_prev, W_x, W_h, b = (torch.tensor(np.asarray(a)) for a in inputs)
    rnn = torch.nn.RNNCell(W_x.shape[0], W_x.shape[1], nonlinearity=activation, dtype=x_t.dtype)
    with torch.no_grad():
        rnn.weight_ih.copy_(W_x.T)
        rnn.weight_hh.copy_(W_h.T)
        rnn.bias_ih.copy_(b)
        rnn.bias_hh.zero_()
    x_t.requires_grad_(), h_prev.requires_grad_()
    rnn(x_t, h_prev).backward(torch.tensor(np.asarray(dh)))
    results = {
        "dx_t": x_t.grad, "dh_prev": h_prev.grad, "dW_x": rnn.weight_ih.grad.T, "dW_h": rnn.weight_hh.grad.T, "db": rnn.bias_ih.grad,
    }
    return {name: tensor.numpy() for name, tensor in results.items()}


def slopes(activation, o):
    """f'(o) by each library's reverse mode, and by 1 - h² in NumPy, by name."""
    found = {"JAX": np.asarray(jax.vmap(jax.grad(FUNCTIONS[activation]))(o)), "1 - h² in NumPy": 1 - np.tanh(o) ** 2}
    if torch:
        points = torch.tensor(o, requires_grad=True)
        torch.tanh(points).sum().backward()
        found["PyTorch"] = points.grad.numpy()
    return found
