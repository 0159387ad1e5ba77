// Layers, losses and spectra.
#include "vqt.h"

#include <vector>

using namespace vqt;

VQT_API Handle vqt_conv1d(Handle input, Handle weight, Handle bias, std::int64_t stride, std::int64_t padding,
                          std::int64_t dilation, std::int64_t groups) {
  return tensor([&] {
    return at::conv1d(*input, *weight, optional(bias), at::IntArrayRef(stride), at::IntArrayRef(padding),
                      at::IntArrayRef(dilation), groups);
  });
}
VQT_API Handle vqt_conv_transpose1d(Handle input, Handle weight, Handle bias, std::int64_t stride, std::int64_t padding,
                                    std::int64_t output_padding, std::int64_t groups, std::int64_t dilation) {
  return tensor([&] {
    return at::conv_transpose1d(*input, *weight, optional(bias), at::IntArrayRef(stride), at::IntArrayRef(padding),
                                at::IntArrayRef(output_padding), groups, at::IntArrayRef(dilation));
  });
}
// Modes: 0 a constant, 1 reflection, 2 replication, 3 circular.
VQT_API Handle vqt_pad(Handle input, const std::int64_t* pad, std::int64_t n, int mode, VqtScalar value) {
  return tensor([&] {
    if (mode == 0) {
      return at::constant_pad_nd(*input, ints(pad, n), scalar(value));
    }
    return at::pad(*input, ints(pad, n), mode == 1 ? "reflect" : mode == 2 ? "replicate" : "circular");
  });
}
VQT_API Handle vqt_avg_pool1d(Handle input, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                              bool ceil_mode, bool count_include_pad) {
  return tensor([&] {
    return at::avg_pool1d(*input, at::IntArrayRef(kernel), at::IntArrayRef(stride), at::IntArrayRef(padding), ceil_mode,
                          count_include_pad);
  });
}
VQT_API Handle vqt_linear(Handle input, Handle weight, Handle bias) {
  return tensor([&] { return at::linear(*input, *weight, optional(bias)); });
}
VQT_API Handle vqt_embedding(Handle weight, Handle indices) {
  return tensor([&] { return at::embedding(*weight, *indices); });
}
VQT_API Handle vqt_one_hot(Handle indices, std::int64_t classes) {
  return tensor([&] { return at::one_hot(*indices, classes); });
}
VQT_API Handle vqt_dropout(Handle input, double p, bool train) {
  return tensor([&] { return at::dropout(*input, p, train); });
}
VQT_API Handle vqt_layer_norm(Handle input, const std::int64_t* shape, std::int64_t n, Handle weight, Handle bias,
                              double eps) {
  return tensor([&] { return at::layer_norm(*input, ints(shape, n), optional(weight), optional(bias), eps); });
}
// Reductions: 0 none, 1 mean, 2 sum.
VQT_API Handle vqt_cross_entropy(Handle logits, Handle targets, Handle weight, int reduction, std::int64_t ignore_index,
                                 double label_smoothing) {
  return tensor([&] {
    return at::cross_entropy_loss(*logits, *targets, optional(weight), reduction, ignore_index, label_smoothing);
  });
}
VQT_API Handle vqt_mse_loss(Handle input, Handle target, int reduction) {
  return tensor([&] { return at::mse_loss(*input, *target, reduction); });
}
VQT_API Handle vqt_l1_loss(Handle input, Handle target, int reduction) {
  return tensor([&] { return at::l1_loss(*input, *target, reduction); });
}
VQT_API int vqt_lstm(Handle input, Handle h0, Handle c0, const Handle* weights, std::int64_t n, bool has_biases,
                     std::int64_t num_layers, double dropout, bool train, bool bidirectional, bool batch_first,
                     Handle* results) {
  return status([&] {
    std::vector<at::Tensor> parameters;
    parameters.reserve(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; i++) {
      parameters.push_back(*weights[i]);
    }
    std::vector<at::Tensor> state{*h0, *c0};
    auto r = at::lstm(*input, state, parameters, has_biases, num_layers, dropout, train, bidirectional, batch_first);
    results[0] = wrap(std::get<0>(r));
    results[1] = wrap(std::get<1>(r));
    results[2] = wrap(std::get<2>(r));
  });
}

// ---- spectra ----

VQT_API Handle vqt_stft(Handle input, std::int64_t n_fft, std::int64_t hop, std::int64_t win, Handle window, bool center,
                        bool normalized, bool onesided, bool return_complex) {
  return tensor([&] {
    return at::stft(*input, n_fft, hop, win, optional(window), center, "reflect", normalized, onesided, return_complex);
  });
}
VQT_API Handle vqt_istft(Handle input, std::int64_t n_fft, std::int64_t hop, std::int64_t win, Handle window,
                         bool center, bool normalized, bool onesided, std::int64_t length) {
  return tensor([&] {
    if (length < 0) {
      return at::istft(*input, n_fft, hop, win, optional(window), center, normalized, onesided);
    }
    return at::istft(*input, n_fft, hop, win, optional(window), center, normalized, onesided, length);
  });
}
VQT_API Handle vqt_rfft(Handle input, std::int64_t n, std::int64_t dim) {
  return tensor([&] { return at::fft_rfft(*input, n < 0 ? input->size(dim) : n, dim); });
}
VQT_API Handle vqt_irfft(Handle input, std::int64_t n, std::int64_t dim) {
  return tensor([&] { return at::fft_irfft(*input, n < 0 ? 2 * (input->size(dim) - 1) : n, dim); });
}
