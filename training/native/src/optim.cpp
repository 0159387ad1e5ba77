// Optimiser steps and gradient clipping: one call for all parameters.
#include "vqt.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <vector>

using namespace vqt;

namespace {

struct AdamStep {
  double lr, beta1, beta2, eps, weight_decay;
  bool decoupled; // AdamW: decay the weights themselves rather than add to the gradient
  double correction1, correction2;
};

// One pass over contiguous memory. Formulas: Kingma and Ba 2015, Loshchilov and Hutter 2019, in PyTorch's arrangement.
template <class N>
void adam_span(N* p, const N* g, N* m, N* v, std::int64_t count, const AdamStep& s) {
  const N beta1 = static_cast<N>(s.beta1), beta2 = static_cast<N>(s.beta2);
  const N rest1 = static_cast<N>(1 - s.beta1), rest2 = static_cast<N>(1 - s.beta2);
  const N eps = static_cast<N>(s.eps), step = static_cast<N>(s.lr / s.correction1);
  const N root2 = static_cast<N>(1 / std::sqrt(s.correction2));
  const N l2 = static_cast<N>(s.decoupled ? 0 : s.weight_decay);
  const N shrink = static_cast<N>(s.decoupled ? 1 - s.lr * s.weight_decay : 1);
  for (std::int64_t i = 0; i < count; i++) {
    const N grad = g[i] + l2 * p[i];
    const N mean = beta1 * m[i] + rest1 * grad;
    const N square = beta2 * v[i] + rest2 * grad * grad;
    m[i] = mean;
    v[i] = square;
    p[i] = shrink * p[i] - step * mean / (std::sqrt(square) * root2 + eps);
  }
}

template <class N>
void adam_parallel(const at::Tensor& p, const at::Tensor& g, const at::Tensor& m, const at::Tensor& v,
                   const AdamStep& s) {
  N *pp = p.data_ptr<N>(), *mp = m.data_ptr<N>(), *vp = v.data_ptr<N>();
  const N* gp = g.data_ptr<N>();
  at::parallel_for(0, p.numel(), 32768, [&](std::int64_t begin, std::int64_t end) {
    adam_span<N>(pp + begin, gp + begin, mp + begin, vp + begin, end - begin, s);
  });
}

bool plain(const at::Tensor& t, at::ScalarType type) {
  return t.device().is_cpu() && t.scalar_type() == type && t.is_contiguous();
}

} // namespace

// Parameters without a gradient are skipped. The moments are the caller's; the step number counts from 1.
VQT_API int vqt_adam_step(const Handle* parameters, const Handle* exp_avg, const Handle* exp_avg_sq, std::int64_t n,
                          std::int64_t step, double lr, double beta1, double beta2, double eps, double weight_decay,
                          bool decoupled) {
  return status([&] {
    at::NoGradGuard no_grad;
    const AdamStep s{lr,           beta1,     beta2,
                     eps,          weight_decay, decoupled,
                     1 - std::pow(beta1, static_cast<double>(step)), 1 - std::pow(beta2, static_cast<double>(step))};
    std::vector<at::Tensor> ps, gs, ms, vs;
    for (std::int64_t i = 0; i < n; i++) {
      at::Tensor p = *parameters[i], g = p.grad();
      if (!g.defined()) {
        continue;
      }
      const at::Tensor &m = *exp_avg[i], &v = *exp_avg_sq[i];
      bool done = false;
      for (auto type : {at::kFloat, at::kDouble}) {
        if (plain(p, type) && plain(m, type) && plain(v, type) && g.scalar_type() == type && g.device().is_cpu()) {
          g = g.contiguous();
          if (type == at::kFloat) {
            adam_parallel<float>(p, g, m, v, s);
          } else {
            adam_parallel<double>(p, g, m, v, s);
          }
          // The memory was written behind autograd's back: a graph that saved this parameter has to notice.
          p.unsafeGetTensorImpl()->bump_version();
          done = true;
          break;
        }
      }
      if (!done) {
        ps.push_back(p);
        gs.push_back(g);
        ms.push_back(m);
        vs.push_back(v);
      }
    }
    if (ps.empty()) {
      return;
    }
    if (weight_decay != 0) {
      if (decoupled) {
        at::_foreach_mul_(ps, at::Scalar(1 - lr * weight_decay));
      } else {
        gs = at::_foreach_add(gs, ps, at::Scalar(weight_decay));
      }
    }
    at::_foreach_mul_(ms, at::Scalar(beta1));
    at::_foreach_add_(ms, gs, at::Scalar(1 - beta1));
    at::_foreach_mul_(vs, at::Scalar(beta2));
    at::_foreach_addcmul_(vs, gs, gs, at::Scalar(1 - beta2));
    auto denominators = at::_foreach_sqrt(vs);
    at::_foreach_div_(denominators, at::Scalar(std::sqrt(s.correction2)));
    at::_foreach_add_(denominators, at::Scalar(eps));
    at::_foreach_addcdiv_(ps, ms, denominators, at::Scalar(-lr / s.correction1));
  });
}

// A momentum buffer is an array of zeros before the first step; `first` then sets it to the gradient, as PyTorch does.
VQT_API int vqt_sgd_step(const Handle* parameters, const Handle* buffers, std::int64_t n, bool first, double lr,
                         double momentum, double weight_decay, bool nesterov) {
  return status([&] {
    at::NoGradGuard no_grad;
    for (std::int64_t i = 0; i < n; i++) {
      at::Tensor p = *parameters[i], g = p.grad();
      if (!g.defined()) {
        continue;
      }
      if (weight_decay != 0) {
        g = g.add(p, weight_decay);
      }
      if (momentum != 0) {
        at::Tensor buffer = *buffers[i];
        if (first) {
          buffer.copy_(g);
        } else {
          buffer.mul_(momentum).add_(g);
        }
        g = nesterov ? g.add(buffer, momentum) : buffer;
      }
      p.add_(g, -lr);
    }
  });
}

// The Euclidean norm of all gradients together; scales them in place where it exceeds the bound.
VQT_API int vqt_clip_grad_norm(const Handle* parameters, std::int64_t n, double max_norm, double* norm) {
  return status([&] {
    at::NoGradGuard no_grad;
    std::vector<at::Tensor> gradients;
    for (std::int64_t i = 0; i < n; i++) {
      at::Tensor g = parameters[i]->grad();
      if (g.defined()) {
        gradients.push_back(g);
      }
    }
    *norm = 0;
    if (gradients.empty()) {
      return;
    }
    std::vector<at::Tensor> norms = at::_foreach_norm(gradients);
    for (auto& one : norms) {
      one = one.to(norms[0].device(), at::kDouble);
    }
    *norm = at::stack(norms).norm().item().toDouble();
    const double scale = max_norm / (*norm + 1e-6);
    if (scale < 1) {
      at::_foreach_mul_(gradients, at::Scalar(scale));
    }
  });
}
