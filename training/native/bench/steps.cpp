// The training steps of VQWave.Training written in C++ on libtorch, for 'vqwave-train bench-binding': what the binding costs is the difference.
//
// Every tensor is lent by the caller; the optimiser is the shim's, which both sides call.
#include "../src/vqt.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <vector>

using namespace vqt;

VQT_API int vqt_adam_step(const Handle*, const Handle*, const Handle*, std::int64_t, std::int64_t, double, double, double,
                          double, double, bool);
VQT_API int vqt_clip_grad_norm(const Handle*, std::int64_t, double, double*);
VQT_API int vqt_zero_grad(const Handle*, std::int64_t, bool);

// One convolution: its weights are the next two of the list.
struct Layer {
  std::int64_t stride, dilation, left, right;
  std::int32_t transposed, activation; // activation: 0 ELU, 1 tanh, 2 none
};

// The parameters that learn, Adam's moments for them and its settings.
struct Learning {
  const Handle *parameters, *exp_avg, *exp_avg_sq;
  std::int64_t count, step;
  double rate, clip;
};

namespace {

at::Tensor convolve(at::Tensor x, const Layer* layers, std::int64_t count, const Handle* weights) {
  for (std::int64_t i = 0; i < count; i++) {
    const Layer& l = layers[i];
    const at::Tensor &w = *weights[2 * i], &b = *weights[2 * i + 1];
    if (l.transposed) {
      x = at::conv_transpose1d(x, w, b, at::IntArrayRef(l.stride));
      if (l.left + l.right > 0) {
        x = x.narrow(2, l.left, x.size(2) - l.left - l.right);
      }
    } else if (l.left == l.right) {
      x = at::conv1d(x, w, b, at::IntArrayRef(l.stride), at::IntArrayRef(l.left), at::IntArrayRef(l.dilation));
    } else {
      x = at::conv1d(at::constant_pad_nd(x, {l.left, l.right}, 0), w, b, at::IntArrayRef(l.stride), at::IntArrayRef{0}, at::IntArrayRef(l.dilation));
    }
    x = l.activation == 0 ? at::elu(x) : l.activation == 1 ? x.tanh() : x;
  }
  return x;
}

at::Tensor magnitude(const at::Tensor& audio, const at::Tensor& window) {
  const auto size = window.size(0);
  auto spectrum = at::stft(audio, size, size / 4, size, window, /*center=*/true, "reflect", /*normalized=*/false,
                           /*onesided=*/true, /*return_complex=*/true);
  return (at::view_as_real(spectrum).square().sum(-1) + 1e-6).sqrt();
}

at::Tensor spectral_loss(const at::Tensor& target, const at::Tensor& estimate, const Handle* windows, std::int64_t n) {
  at::Tensor total;
  for (std::int64_t i = 0; i < n; i++) {
    auto wanted = magnitude(target, *windows[i]), found = magnitude(estimate, *windows[i]);
    auto error = (wanted - found).square().sum();
    auto convergence = (error + 1e-12).sqrt() / wanted.square().sum().sqrt();
    auto loss = convergence + (wanted.log() - found.log()).abs().mean() * 0.3;
    total = total.defined() ? total + loss : loss;
  }
  return total / static_cast<double>(n);
}

void check(int status) {
  if (status != 0) {
    throw std::runtime_error("the optimiser failed");
  }
}

void learn(const at::Tensor& loss, const Learning& l) {
  check(vqt_zero_grad(l.parameters, l.count, true));
  torch::autograd::backward({loss}, {});
  double norm;
  check(vqt_clip_grad_norm(l.parameters, l.count, l.clip, &norm));
  check(vqt_adam_step(l.parameters, l.exp_avg, l.exp_avg_sq, l.count, l.step, l.rate, 0.9, 0.99, 1e-8, 0, false));
}

at::Tensor nearest(const at::Tensor& latents, const at::Tensor& codebook) {
  return (codebook.square().sum(1) - latents.mm(codebook.t()) * 2.0).argmin(1);
}

} // namespace

// One step of a VQ-VAE with a codebook of moving averages (decay 0.99, commitment 0.25) and the loss mse / variance + 0.1 stft.
VQT_API int vqb_vqvae_step(const Layer* encoder, std::int64_t encoders, const Layer* decoder, std::int64_t decoders,
                           const Handle* weights, Handle codebook, Handle count, Handle sum, const Handle* windows,
                           std::int64_t n_windows, Handle audio, double variance, const Learning* learning,
                           std::int64_t* codes_used, double* loss) {
  return status([&] {
    const auto size = codebook->size(0), dimension = codebook->size(1);
    auto latents = convolve(audio->unsqueeze(1), encoder, encoders, weights);
    const auto batch = latents.size(0), length = latents.size(2);
    auto flat = latents.transpose(1, 2).reshape({batch * length, dimension});
    auto constant = flat.detach();
    auto codes = nearest(constant, codebook->detach());
    auto vectors = at::embedding(*codebook, codes);
    auto spread = (constant - constant.mean({0}, true)).square().mean() + 1e-8;
    auto commitment = at::mse_loss(flat, vectors.detach()) * 0.25 / spread;
    auto passed = flat + (vectors - flat).detach();
    auto quantized = passed.reshape({batch, length, dimension}).transpose(1, 2);
    auto estimate = convolve(quantized, decoder, decoders, weights + 2 * encoders).squeeze(1);
    // One after the other: the order in which operations were recorded is that in which their gradients are added up.
    auto waveform = at::mse_loss(estimate, *audio) / variance;
    auto reconstruction = waveform + spectral_loss(*audio, estimate, windows, n_windows) * 0.1;
    learn(reconstruction + commitment, *learning);

    at::NoGradGuard no_grad;
    auto chosen = codes.bincount({}, size).to(at::kFloat);
    auto sums = at::zeros({size, dimension});
    sums.index_add_(0, codes, constant);
    count->mul_(0.99).add_(chosen * (1 - 0.99));
    sum->mul_(0.99).add_(sums * (1 - 0.99));
    auto total = count->sum();
    auto smoothed = (*count + 1e-5) * (total / (total + static_cast<double>(size) * 1e-5));
    codebook->copy_(*sum / smoothed.unsqueeze(1));
    auto histogram = chosen.cpu().contiguous();
    *codes_used = 0;
    for (std::int64_t i = 0; i < size; i++) {
      *codes_used += histogram.data_ptr<float>()[i] > 0;
    }
    *loss = reconstruction.item().toDouble();
  });
}

// One step of a generator without context on codes (batch, chunk + 1). Weights: embedding, the LSTM's, dense, logits; the
// state is carried on in h and c.
VQT_API int vqb_generator_step(const Handle* weights, std::int64_t lstm_weights, Handle codes, Handle h, Handle c,
                               const Learning* learning, double* loss) {
  return status([&] {
    const auto chunk = codes->size(1) - 1;
    std::vector<at::Tensor> lstm;
    for (std::int64_t i = 0; i < lstm_weights; i++) {
      lstm.push_back(*weights[1 + i]);
    }
    const Handle* rest = weights + 1 + lstm_weights;
    auto x = at::embedding(*weights[0], codes->narrow(1, 0, chunk));
    std::vector<at::Tensor> state{*h, *c};
    auto [y, next_h, next_c] = at::lstm(x, state, lstm, true, lstm_weights / 4, 0, true, false, true);
    auto logits = at::linear(at::elu(at::linear(y, *rest[0], *rest[1])), *rest[2], *rest[3]);
    auto cross = at::cross_entropy_loss(logits.reshape({-1, rest[2]->size(0)}), codes->narrow(1, 1, chunk).reshape(-1));
    learn(cross, *learning);
    at::NoGradGuard no_grad;
    h->copy_(next_h.detach());
    c->copy_(next_c.detach());
    *loss = cross.item().toDouble();
  });
}
