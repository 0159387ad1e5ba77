// Errors, lifetimes, creation, data transfer, the gradient mode, random state, threads, autograd.
#include "vqt.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/cuda.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <cstring>
#include <mutex>
#include <vector>

namespace vqt {

namespace {
thread_local std::string last_error;
}

std::atomic<std::int64_t> live{0};

void set_error(const char* text) noexcept {
  try {
    last_error = text;
  } catch (...) {
    last_error.clear();
  }
}

namespace {

std::vector<at::Tensor> list(const Handle* handles, std::int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; i++) {
    tensors.push_back(optional(handles[i]));
  }
  return tensors;
}

at::Generator generator(std::int32_t kind, std::int32_t index) {
  return at::globalContext().defaultGenerator(device(kind, index));
}

} // namespace
} // namespace vqt

using namespace vqt;

// Raised whenever a signature here changes: the managed side refuses a library of another number.
VQT_API int vqt_abi_version() { return 2; }
VQT_API const char* vqt_last_error() { return last_error.c_str(); }
VQT_API const char* vqt_version() { return TORCH_VERSION; }
VQT_API std::int64_t vqt_live_tensors() { return live.load(std::memory_order_relaxed); }

VQT_API void vqt_free(Handle t) {
  if (t) {
    delete t;
    live.fetch_sub(1, std::memory_order_relaxed);
  }
}

// Another handle on the same tensor.
VQT_API Handle vqt_alias(Handle t) {
  return tensor([&] { return *t; });
}

// ---- creation ----

VQT_API Handle vqt_empty(const std::int64_t* size, std::int64_t n, int type, int kind, int index) {
  return tensor([&] { return at::empty(ints(size, n), options(type, kind, index)); });
}
VQT_API Handle vqt_zeros(const std::int64_t* size, std::int64_t n, int type, int kind, int index) {
  return tensor([&] { return at::zeros(ints(size, n), options(type, kind, index)); });
}
VQT_API Handle vqt_full(const std::int64_t* size, std::int64_t n, VqtScalar value, int type, int kind, int index) {
  return tensor([&] { return at::full(ints(size, n), scalar(value), options(type, kind, index)); });
}
VQT_API Handle vqt_rand(const std::int64_t* size, std::int64_t n, int type, int kind, int index) {
  return tensor([&] { return at::rand(ints(size, n), options(type, kind, index)); });
}
VQT_API Handle vqt_randn(const std::int64_t* size, std::int64_t n, int type, int kind, int index) {
  return tensor([&] { return at::randn(ints(size, n), options(type, kind, index)); });
}
VQT_API Handle vqt_randint(std::int64_t low, std::int64_t high, const std::int64_t* size, std::int64_t n, int type,
                           int kind, int index) {
  return tensor([&] { return at::randint(low, high, ints(size, n), options(type, kind, index)); });
}
VQT_API Handle vqt_randperm(std::int64_t n, int type, int kind, int index) {
  return tensor([&] { return at::randperm(n, options(type, kind, index)); });
}
VQT_API Handle vqt_arange(VqtScalar start, VqtScalar end, VqtScalar step, int type, int kind, int index) {
  return tensor([&] { return at::arange(scalar(start), scalar(end), scalar(step), options(type, kind, index)); });
}
VQT_API Handle vqt_hann_window(std::int64_t length, bool periodic, int type, int kind, int index) {
  return tensor([&] { return at::hann_window(length, periodic, options(type, kind, index)); });
}

// A copy of the caller's memory, in row-major order.
VQT_API Handle vqt_from_data(const void* data, const std::int64_t* size, std::int64_t n, int type, int kind, int index) {
  return tensor([&] {
    auto made = at::empty(ints(size, n), options(type, 0, -1));
    if (made.numel() > 0) {
      std::memcpy(made.data_ptr(), data, made.nbytes());
    }
    return made.to(device(kind, index));
  });
}

// ---- facts ----

VQT_API std::int64_t vqt_dim(Handle t) { return t->dim(); }
VQT_API std::int64_t vqt_numel(Handle t) { return t->numel(); }
VQT_API std::int64_t vqt_element_size(Handle t) { return static_cast<std::int64_t>(t->element_size()); }
VQT_API void vqt_sizes(Handle t, std::int64_t* sizes) {
  auto s = t->sizes();
  std::copy(s.begin(), s.end(), sizes);
}
VQT_API int vqt_dtype(Handle t) { return static_cast<int>(t->scalar_type()); }
VQT_API int vqt_device_kind(Handle t) { return t->is_cuda() ? 1 : 0; }
VQT_API int vqt_device_index(Handle t) { return t->device().index(); }
VQT_API bool vqt_is_contiguous(Handle t) { return t->is_contiguous(); }
VQT_API bool vqt_is_same(Handle a, Handle b) { return a->is_same(*b); }

// ---- data ----

// Copies all elements, in row-major order, to or from the caller's memory; any device, any strides.
VQT_API int vqt_copy_to(Handle t, void* destination) {
  return status([&] {
    auto source = t->detach().cpu().contiguous();
    if (source.numel() > 0) {
      std::memcpy(destination, source.data_ptr(), source.nbytes());
    }
  });
}
VQT_API int vqt_copy_from(Handle t, const void* source) {
  return status([&] {
    if (t->numel() == 0) {
      return;
    }
    at::NoGradGuard no_grad;
    if (t->is_contiguous() && !t->is_cuda()) {
      std::memcpy(t->data_ptr(), source, t->nbytes());
      return;
    }
    auto staged = at::empty(t->sizes(), t->options().device(at::kCPU));
    std::memcpy(staged.data_ptr(), source, staged.nbytes());
    t->copy_(staged);
  });
}
VQT_API int vqt_item_double(Handle t, double* value) {
  return status([&] { *value = t->item().toDouble(); });
}
VQT_API int vqt_item_int64(Handle t, std::int64_t* value) {
  return status([&] { *value = t->item().toLong(); });
}

VQT_API Handle vqt_to(Handle t, int type, int kind, int index, bool copy) {
  return tensor([&] { return t->to(device(kind, index), dtype(type), /*non_blocking=*/false, copy); });
}
VQT_API Handle vqt_to_dtype(Handle t, int type) {
  return tensor([&] { return t->to(dtype(type)); });
}
VQT_API Handle vqt_to_device(Handle t, int kind, int index) {
  return tensor([&] { return t->to(t->options().device(device(kind, index))); });
}

// ---- autograd ----

VQT_API bool vqt_requires_grad(Handle t) { return t->requires_grad(); }
VQT_API int vqt_set_requires_grad(Handle t, bool value) {
  return status([&] { t->set_requires_grad(value); });
}
VQT_API bool vqt_is_leaf(Handle t) { return t->is_leaf(); }
VQT_API bool vqt_has_grad(Handle t) { return t->grad().defined(); }
VQT_API Handle vqt_grad(Handle t) {
  return tensor([&] { return t->grad(); });
}
VQT_API int vqt_set_grad(Handle t, Handle grad) {
  return status([&] { t->mutable_grad() = optional(grad); });
}
VQT_API Handle vqt_detach(Handle t) {
  return tensor([&] { return t->detach(); });
}
VQT_API int vqt_set_data(Handle t, Handle data) {
  return status([&] { t->set_data(*data); });
}
VQT_API int vqt_backward(Handle t, Handle gradient, bool retain_graph, bool create_graph) {
  return status([&] {
    torch::autograd::backward({*t}, gradient ? std::vector<at::Tensor>{*gradient} : std::vector<at::Tensor>{},
                              retain_graph, create_graph);
  });
}
// Gradients of the outputs with respect to the inputs; an input that plays no part gives null where allow_unused.
VQT_API int vqt_autograd_grad(const Handle* outputs, std::int64_t n_outputs, const Handle* inputs, std::int64_t n_inputs,
                              const Handle* grad_outputs, bool retain_graph, bool create_graph, bool allow_unused,
                              Handle* results) {
  return status([&] {
    auto seeds = grad_outputs ? list(grad_outputs, n_outputs) : std::vector<at::Tensor>{};
    auto grads = torch::autograd::grad(list(outputs, n_outputs), list(inputs, n_inputs), seeds, retain_graph,
                                       create_graph, allow_unused);
    for (std::int64_t i = 0; i < n_inputs; i++) {
      results[i] = grads[i].defined() ? wrap(grads[i]) : nullptr;
    }
  });
}
VQT_API bool vqt_grad_enabled() { return at::GradMode::is_enabled(); }
VQT_API void vqt_set_grad_enabled(bool value) { at::GradMode::set_enabled(value); }

// Clears or zeroes the gradients of a list.
VQT_API int vqt_zero_grad(const Handle* parameters, std::int64_t n, bool set_to_none) {
  return status([&] {
    at::NoGradGuard no_grad;
    for (std::int64_t i = 0; i < n; i++) {
      auto& grad = parameters[i]->mutable_grad();
      if (!grad.defined()) {
        continue;
      }
      if (set_to_none) {
        grad.reset();
      } else {
        grad = grad.detach();
        grad.zero_();
      }
    }
  });
}

// ---- random state, threads, devices ----

VQT_API int vqt_manual_seed(std::int64_t seed) {
  return status([&] { at::manual_seed(static_cast<std::uint64_t>(seed)); });
}
VQT_API Handle vqt_get_rng_state(int kind, int index) {
  return tensor([&] {
    auto gen = generator(kind, index);
    std::lock_guard<std::mutex> lock(gen.mutex());
    return gen.get_state();
  });
}
VQT_API int vqt_set_rng_state(Handle state, int kind, int index) {
  return status([&] {
    auto gen = generator(kind, index);
    std::lock_guard<std::mutex> lock(gen.mutex());
    gen.set_state(*state);
  });
}
VQT_API int vqt_set_num_threads(int n) {
  return status([&] { at::set_num_threads(n); });
}
VQT_API int vqt_get_num_threads() { return at::get_num_threads(); }
VQT_API bool vqt_cuda_is_available() {
  return guard<bool>(false, [] { return torch::cuda::is_available(); });
}
VQT_API int vqt_cuda_device_count() {
  return guard<int>(0, [] { return static_cast<int>(torch::cuda::device_count()); });
}
VQT_API int vqt_cuda_synchronize(int index) {
  return status([&] { torch::cuda::synchronize(index); });
}
VQT_API bool vqt_set_flush_denormal(bool value) { return at::globalContext().setFlushDenormal(value); }
VQT_API int vqt_set_deterministic(bool value) {
  return status([&] { at::globalContext().setDeterministicAlgorithms(value, /*warn_only=*/false); });
}
VQT_API void vqt_set_allow_tf32(bool value) {
  at::globalContext().setAllowTF32CuDNN(value);
  at::globalContext().setAllowTF32CuBLAS(value);
}
