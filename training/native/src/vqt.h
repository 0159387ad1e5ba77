// The C ABI of VQWave over libtorch: what every source file of it shares.
//
// Conventions
// - A tensor crosses the boundary as at::Tensor*, made with new here and given back through vqt_free.
// - A function that returns a tensor returns null on failure, one that returns int returns non-zero; the reason is then
//   in vqt_last_error(), which belongs to the calling thread. No exception ever crosses the boundary.
// - Only API that libtorch 1.13 and 2.x spell alike is used.
#pragma once

#include <ATen/ATen.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#define VQT_API extern "C" __attribute__((visibility("default")))

using Handle = at::Tensor*;

// A number that keeps its kind, as Python's do: an integer tensor times 2 stays an integer tensor.
struct VqtScalar {
  double number;
  std::int64_t integer;
  std::int32_t kind; // 0 floating point, 1 integer, 2 Boolean
};

namespace vqt {

void set_error(const char* text) noexcept;
extern std::atomic<std::int64_t> live;

inline Handle wrap(at::Tensor tensor) {
  auto* handle = new at::Tensor(std::move(tensor));
  live.fetch_add(1, std::memory_order_relaxed);
  return handle;
}

inline at::Scalar scalar(VqtScalar s) {
  if (s.kind == 1) {
    return at::Scalar(s.integer);
  }
  if (s.kind == 2) {
    return at::Scalar(s.integer != 0);
  }
  return at::Scalar(s.number);
}

// A missing tensor is an undefined one: the spelling that optional tensor arguments of all versions take.
inline at::Tensor optional(Handle handle) { return handle ? *handle : at::Tensor(); }

inline at::IntArrayRef ints(const std::int64_t* values, std::int64_t count) {
  return at::IntArrayRef(values, static_cast<std::size_t>(count));
}

inline at::ScalarType dtype(std::int32_t value) { return static_cast<at::ScalarType>(value); }

// Device kinds at the boundary: 0 the processor, 1 CUDA; an index below zero is the current device.
inline at::Device device(std::int32_t kind, std::int32_t index) {
  return kind == 1 ? at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index)) : at::Device(at::kCPU);
}

inline at::TensorOptions options(std::int32_t type, std::int32_t kind, std::int32_t index) {
  return at::TensorOptions().dtype(dtype(type)).device(device(kind, index));
}

// Runs the body and turns whatever it throws into the error text and the failure value.
template <class R, class F>
R guard(R failure, F&& body) noexcept {
  try {
    return body();
  } catch (const c10::Error& e) {
    set_error(e.what_without_backtrace());
  } catch (const std::exception& e) {
    set_error(e.what());
  } catch (...) {
    set_error("an unknown C++ exception");
  }
  return failure;
}

template <class F>
Handle tensor(F&& body) noexcept {
  return guard<Handle>(nullptr, [&] { return wrap(body()); });
}

template <class F>
int status(F&& body) noexcept {
  return guard<int>(1, [&] {
    body();
    return 0;
  });
}

} // namespace vqt
