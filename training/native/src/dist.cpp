// Collectives between processes: c10d's TCPStore and Gloo, and NCCL for CUDA tensors where libtorch has it.
//
// Built without VQT_GLOO (a libtorch without Gloo, or without its headers) every function fails with that reason.
#include "vqt.h"

#include <torch/version.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#ifdef VQT_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef VQT_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif

using namespace vqt;

struct VqtGroup;

#ifdef VQT_GLOO

// libtorch 2 moved what a backend does from ProcessGroup to Backend.
#if TORCH_VERSION_MAJOR >= 2
using Collectives = c10d::Backend;
#else
using Collectives = c10d::ProcessGroup;
#endif

struct VqtGroup {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<Collectives> gloo;
  c10::intrusive_ptr<Collectives> nccl; // null where CUDA tensors travel through the processor's memory
};

namespace {

std::chrono::milliseconds milliseconds(std::int64_t count) { return std::chrono::milliseconds(count); }

void finish(const c10::intrusive_ptr<c10d::Work>& work) {
  // Throws what the work failed of; false is a failure that did not throw.
  if (!work->wait()) {
    throw std::runtime_error("the operation failed");
  }
}

// The store's own waiting for workers gives up without a word when the time is over.
void meet(c10d::Store& store, int size, std::int64_t timeout) {
  const auto end = std::chrono::steady_clock::now() + milliseconds(timeout);
  std::int64_t here = store.add("joined", 1);
  while (here < size) {
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("only " + std::to_string(here) + " of " + std::to_string(size) + " processes came within " +
                               std::to_string(timeout / 1000) + " s");
    }
    std::this_thread::sleep_for(milliseconds(20));
    here = store.add("joined", 0);
  }
}

// Runs a collective on the tensor itself where the backend takes it, else on a dense copy that is copied back.
template <class F>
void in_place(VqtGroup& group, const at::Tensor& tensor, F&& body) {
  at::NoGradGuard no_grad;
  const bool direct = tensor.is_cuda() && group.nccl;
  Collectives& backend = direct ? *group.nccl : *group.gloo;
  at::Tensor dense = tensor.detach();
  if (!direct) {
    dense = dense.cpu();
  }
  std::vector<at::Tensor> list{dense.contiguous()};
  body(backend, list);
  if (!list[0].is_same(tensor) && list[0].data_ptr() != tensor.data_ptr()) {
    tensor.detach().copy_(list[0]);
  }
}

} // namespace

// A group of `size` processes that meet at a store which the process of rank 0 serves. Gloo listens on the interface of
// that name where there is one, else on the address `host`. Each operation fails after `timeout`.
VQT_API VqtGroup* vqt_process_group_new(const char* address, int port, int rank, int size, const char* interface,
                                        const char* host, std::int64_t join_timeout, std::int64_t timeout, bool nccl) {
  return guard<VqtGroup*>(nullptr, [&]() -> VqtGroup* {
    auto group = std::make_unique<VqtGroup>();
    c10d::TCPStoreOptions store;
    store.port = static_cast<std::uint16_t>(port);
    store.isServer = rank == 0;
    store.numWorkers = static_cast<std::size_t>(size);
    store.waitWorkers = false;
    store.timeout = milliseconds(join_timeout);
    group->store = c10::make_intrusive<c10d::TCPStore>(std::string(address), store);
    meet(*group->store, size, join_timeout);
    auto options = c10d::ProcessGroupGloo::Options::create(milliseconds(timeout));
    options->devices.push_back(interface ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                                         : c10d::ProcessGroupGloo::createDeviceForHostname(host));
    group->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("gloo", group->store), rank, size, options);
#ifdef VQT_NCCL
    if (nccl) {
      auto gpu = c10d::ProcessGroupNCCL::Options::create();
      gpu->timeout = milliseconds(timeout);
      group->nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(
          c10::make_intrusive<c10d::PrefixStore>("nccl", group->store), rank, size, gpu);
    }
#endif
    return group.release();
  });
}

VQT_API void vqt_process_group_free(VqtGroup* group) {
  status([&] { delete group; });
}

// Which backend moves tensors of a device kind: 0 Gloo, 1 NCCL.
VQT_API int vqt_process_group_backend(VqtGroup* group, int kind) { return kind == 1 && group->nccl ? 1 : 0; }

// Operations: 0 the sum, 3 the least, 4 the greatest, as c10d counts them.
VQT_API int vqt_all_reduce(VqtGroup* group, Handle t, int operation) {
  return status([&] {
    in_place(*group, *t, [&](Collectives& backend, std::vector<at::Tensor>& list) {
      c10d::AllreduceOptions options;
      options.reduceOp = static_cast<c10d::ReduceOp::RedOpType>(operation);
      finish(backend.allreduce(list, options));
    });
  });
}
VQT_API int vqt_broadcast(VqtGroup* group, Handle t, int source) {
  return status([&] {
    in_place(*group, *t, [&](Collectives& backend, std::vector<at::Tensor>& list) {
      c10d::BroadcastOptions options;
      options.rootRank = source;
      finish(backend.broadcast(list, options));
    });
  });
}
// The tensors of all ranks, one after the other along the first dimension.
VQT_API Handle vqt_all_gather(VqtGroup* group, Handle t) {
  return tensor([&] {
    at::NoGradGuard no_grad;
    const bool direct = t->is_cuda() && group->nccl;
    Collectives& backend = direct ? *group->nccl : *group->gloo;
    std::vector<at::Tensor> input{(direct ? t->detach() : t->detach().cpu()).contiguous()};
    std::vector<std::vector<at::Tensor>> output(1);
    for (int i = 0; i < backend.getSize(); i++) {
      output[0].push_back(at::empty_like(input[0]));
    }
    finish(backend.allgather(output, input));
    return at::cat(output[0], 0).to(t->device());
  });
}
VQT_API bool vqt_distributed_is_available() { return true; }

#else

namespace {
const char* const kMissing = "this libvqwave_torch was built without Gloo";
}

VQT_API VqtGroup* vqt_process_group_new(const char*, int, int, int, const char*, const char*, std::int64_t, std::int64_t,
                                        bool) {
  set_error(kMissing);
  return nullptr;
}
VQT_API void vqt_process_group_free(VqtGroup*) {}
VQT_API int vqt_process_group_backend(VqtGroup*, int) { return 0; }
VQT_API int vqt_all_reduce(VqtGroup*, Handle, int) {
  set_error(kMissing);
  return 1;
}
VQT_API int vqt_broadcast(VqtGroup*, Handle, int) {
  set_error(kMissing);
  return 1;
}
VQT_API Handle vqt_all_gather(VqtGroup*, Handle) {
  set_error(kMissing);
  return nullptr;
}
VQT_API bool vqt_distributed_is_available() { return false; }

#endif
