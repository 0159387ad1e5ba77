// Tensor operations: element by element, reductions, shapes, indexing, linear algebra.
#include "vqt.h"

#include <vector>

using namespace vqt;

namespace {

std::vector<at::Tensor> list(const Handle* handles, std::int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; i++) {
    tensors.push_back(*handles[i]);
  }
  return tensors;
}

} // namespace

// ---- one operand ----

#define VQT_UNARY(name) \
  VQT_API Handle vqt_##name(Handle a) { \
    return tensor([&] { return at::name(*a); }); \
  }
VQT_UNARY(abs)
VQT_UNARY(neg)
VQT_UNARY(square)
VQT_UNARY(sqrt)
VQT_UNARY(rsqrt)
VQT_UNARY(reciprocal)
VQT_UNARY(exp)
VQT_UNARY(log)
VQT_UNARY(log1p)
VQT_UNARY(log2)
VQT_UNARY(sin)
VQT_UNARY(cos)
VQT_UNARY(tanh)
VQT_UNARY(sigmoid)
VQT_UNARY(relu)
VQT_UNARY(sign)
VQT_UNARY(floor)
VQT_UNARY(round)
VQT_UNARY(isfinite)
VQT_UNARY(isnan)
VQT_UNARY(logical_not)
VQT_UNARY(clone)
VQT_UNARY(t)
VQT_UNARY(view_as_real)
VQT_UNARY(view_as_complex)
VQT_UNARY(angle)
VQT_UNARY(zeros_like)
VQT_UNARY(ones_like)
VQT_UNARY(empty_like)
VQT_UNARY(rand_like)
VQT_UNARY(randn_like)
VQT_UNARY(softplus)
VQT_UNARY(all)
VQT_UNARY(any)
VQT_UNARY(nonzero)
#undef VQT_UNARY

VQT_API Handle vqt_real(Handle a) {
  return tensor([&] { return at::real(*a); });
}
VQT_API Handle vqt_imag(Handle a) {
  return tensor([&] { return at::imag(*a); });
}
VQT_API Handle vqt_contiguous(Handle a) {
  return tensor([&] { return a->contiguous(); });
}
VQT_API Handle vqt_elu(Handle a, double alpha) {
  return tensor([&] { return at::elu(*a, alpha); });
}
VQT_API Handle vqt_gelu(Handle a) {
  return tensor([&] { return at::gelu(*a); });
}
VQT_API Handle vqt_leaky_relu(Handle a, double slope) {
  return tensor([&] { return at::leaky_relu(*a, slope); });
}

// ---- two operands ----

#define VQT_BINARY(name) \
  VQT_API Handle vqt_##name(Handle a, Handle b) { \
    return tensor([&] { return at::name(*a, *b); }); \
  }
#define VQT_BINARY_SCALAR(name) \
  VQT_BINARY(name) \
  VQT_API Handle vqt_##name##_scalar(Handle a, VqtScalar b) { \
    return tensor([&] { return at::name(*a, scalar(b)); }); \
  }
VQT_BINARY_SCALAR(add)
VQT_BINARY_SCALAR(sub)
VQT_BINARY_SCALAR(mul)
VQT_BINARY_SCALAR(div)
VQT_BINARY_SCALAR(remainder)
VQT_BINARY_SCALAR(floor_divide)
VQT_BINARY_SCALAR(pow)
VQT_BINARY_SCALAR(eq)
VQT_BINARY_SCALAR(ne)
VQT_BINARY_SCALAR(lt)
VQT_BINARY_SCALAR(le)
VQT_BINARY_SCALAR(gt)
VQT_BINARY_SCALAR(ge)
VQT_BINARY(maximum)
VQT_BINARY(minimum)
VQT_BINARY(matmul)
VQT_BINARY(mm)
VQT_BINARY(bmm)
VQT_BINARY(logical_and)
VQT_BINARY(logical_or)
#undef VQT_BINARY
#undef VQT_BINARY_SCALAR

VQT_API Handle vqt_rsub_scalar(Handle a, VqtScalar b) {
  return tensor([&] { return at::rsub(*a, scalar(b)); });
}
VQT_API Handle vqt_rdiv_scalar(Handle a, VqtScalar b) {
  return tensor([&] { return at::mul(at::reciprocal(*a), scalar(b)); });
}
VQT_API Handle vqt_where(Handle condition, Handle a, Handle b) {
  return tensor([&] { return at::where(*condition, *a, *b); });
}
VQT_API Handle vqt_addmm(Handle bias, Handle a, Handle b, VqtScalar beta, VqtScalar alpha) {
  return tensor([&] { return at::addmm(*bias, *a, *b, scalar(beta), scalar(alpha)); });
}
VQT_API Handle vqt_lerp(Handle a, Handle b, VqtScalar weight) {
  return tensor([&] { return at::lerp(*a, *b, scalar(weight)); });
}
VQT_API Handle vqt_cdist(Handle a, Handle b) {
  return tensor([&] { return at::cdist(*a, *b); });
}

// Bounds: bit 0 a lower one, bit 1 an upper one.
VQT_API Handle vqt_clamp(Handle a, VqtScalar low, VqtScalar high, int which) {
  return tensor([&] {
    return which == 3 ? at::clamp(*a, scalar(low), scalar(high))
                      : which == 1 ? at::clamp_min(*a, scalar(low)) : at::clamp_max(*a, scalar(high));
  });
}
VQT_API int vqt_clamp_(Handle a, VqtScalar low, VqtScalar high, int which) {
  return status([&] {
    if (which & 1) {
      a->clamp_min_(scalar(low));
    }
    if (which & 2) {
      a->clamp_max_(scalar(high));
    }
  });
}

// ---- in place ----

VQT_API int vqt_add_(Handle a, Handle b, VqtScalar alpha) {
  return status([&] { a->add_(*b, scalar(alpha)); });
}
VQT_API int vqt_add_scalar_(Handle a, VqtScalar b) {
  return status([&] { a->add_(scalar(b)); });
}
VQT_API int vqt_sub_(Handle a, Handle b) {
  return status([&] { a->sub_(*b); });
}
VQT_API int vqt_mul_(Handle a, Handle b) {
  return status([&] { a->mul_(*b); });
}
VQT_API int vqt_mul_scalar_(Handle a, VqtScalar b) {
  return status([&] { a->mul_(scalar(b)); });
}
VQT_API int vqt_div_(Handle a, Handle b) {
  return status([&] { a->div_(*b); });
}
VQT_API int vqt_div_scalar_(Handle a, VqtScalar b) {
  return status([&] { a->div_(scalar(b)); });
}
VQT_API int vqt_addcmul_(Handle a, Handle b, Handle c, VqtScalar value) {
  return status([&] { a->addcmul_(*b, *c, scalar(value)); });
}
VQT_API int vqt_addcdiv_(Handle a, Handle b, Handle c, VqtScalar value) {
  return status([&] { a->addcdiv_(*b, *c, scalar(value)); });
}
VQT_API int vqt_lerp_(Handle a, Handle b, VqtScalar weight) {
  return status([&] { a->lerp_(*b, scalar(weight)); });
}
VQT_API int vqt_copy_(Handle a, Handle b) {
  return status([&] { a->copy_(*b); });
}
VQT_API int vqt_zero_(Handle a) {
  return status([&] { a->zero_(); });
}
VQT_API int vqt_fill_(Handle a, VqtScalar value) {
  return status([&] { a->fill_(scalar(value)); });
}
VQT_API int vqt_normal_(Handle a, double mean, double std) {
  return status([&] { a->normal_(mean, std); });
}
VQT_API int vqt_uniform_(Handle a, double from, double to) {
  return status([&] { a->uniform_(from, to); });
}
VQT_API int vqt_index_add_(Handle a, std::int64_t dim, Handle index, Handle source, VqtScalar alpha) {
  return status([&] { a->index_add_(dim, *index, *source, scalar(alpha)); });
}
VQT_API int vqt_index_copy_(Handle a, std::int64_t dim, Handle index, Handle source) {
  return status([&] { a->index_copy_(dim, *index, *source); });
}
VQT_API int vqt_index_fill_(Handle a, std::int64_t dim, Handle index, VqtScalar value) {
  return status([&] { a->index_fill_(dim, *index, scalar(value)); });
}
VQT_API int vqt_scatter_(Handle a, std::int64_t dim, Handle index, Handle source) {
  return status([&] { a->scatter_(dim, *index, *source); });
}
VQT_API int vqt_scatter_add_(Handle a, std::int64_t dim, Handle index, Handle source) {
  return status([&] { a->scatter_add_(dim, *index, *source); });
}
VQT_API int vqt_masked_fill_(Handle a, Handle mask, VqtScalar value) {
  return status([&] { a->masked_fill_(*mask, scalar(value)); });
}

// ---- shapes ----

VQT_API Handle vqt_transpose(Handle a, std::int64_t first, std::int64_t second) {
  return tensor([&] { return a->transpose(first, second); });
}
VQT_API Handle vqt_permute(Handle a, const std::int64_t* dims, std::int64_t n) {
  return tensor([&] { return a->permute(ints(dims, n)); });
}
VQT_API Handle vqt_reshape(Handle a, const std::int64_t* size, std::int64_t n) {
  return tensor([&] { return a->reshape(ints(size, n)); });
}
VQT_API Handle vqt_view(Handle a, const std::int64_t* size, std::int64_t n) {
  return tensor([&] { return a->view(ints(size, n)); });
}
VQT_API Handle vqt_expand(Handle a, const std::int64_t* size, std::int64_t n) {
  return tensor([&] { return a->expand(ints(size, n)); });
}
VQT_API Handle vqt_repeat(Handle a, const std::int64_t* times, std::int64_t n) {
  return tensor([&] { return a->repeat(ints(times, n)); });
}
VQT_API Handle vqt_repeat_interleave(Handle a, std::int64_t times, std::int64_t dim) {
  return tensor([&] { return a->repeat_interleave(times, dim); });
}
VQT_API Handle vqt_flip(Handle a, const std::int64_t* dims, std::int64_t n) {
  return tensor([&] { return a->flip(ints(dims, n)); });
}
VQT_API Handle vqt_roll(Handle a, std::int64_t shift, std::int64_t dim) {
  return tensor([&] { return a->roll(shift, dim); });
}
VQT_API Handle vqt_squeeze(Handle a) {
  return tensor([&] { return a->squeeze(); });
}
VQT_API Handle vqt_squeeze_dim(Handle a, std::int64_t dim) {
  return tensor([&] { return a->squeeze(dim); });
}
VQT_API Handle vqt_unsqueeze(Handle a, std::int64_t dim) {
  return tensor([&] { return a->unsqueeze(dim); });
}
VQT_API Handle vqt_flatten(Handle a, std::int64_t start, std::int64_t end) {
  return tensor([&] { return a->flatten(start, end); });
}
VQT_API Handle vqt_slice(Handle a, std::int64_t dim, std::int64_t start, std::int64_t end, std::int64_t step) {
  return tensor([&] { return a->slice(dim, start, end, step); });
}
VQT_API Handle vqt_narrow(Handle a, std::int64_t dim, std::int64_t start, std::int64_t length) {
  return tensor([&] { return a->narrow(dim, start, length); });
}
VQT_API Handle vqt_select(Handle a, std::int64_t dim, std::int64_t index) {
  return tensor([&] { return a->select(dim, index); });
}
VQT_API Handle vqt_unfold(Handle a, std::int64_t dim, std::int64_t size, std::int64_t step) {
  return tensor([&] { return a->unfold(dim, size, step); });
}
VQT_API Handle vqt_cat(const Handle* tensors, std::int64_t n, std::int64_t dim) {
  return tensor([&] { return at::cat(list(tensors, n), dim); });
}
VQT_API Handle vqt_stack(const Handle* tensors, std::int64_t n, std::int64_t dim) {
  return tensor([&] { return at::stack(list(tensors, n), dim); });
}

// ---- indexing ----

VQT_API Handle vqt_index_select(Handle a, std::int64_t dim, Handle index) {
  return tensor([&] { return a->index_select(dim, *index); });
}
VQT_API Handle vqt_gather(Handle a, std::int64_t dim, Handle index) {
  return tensor([&] { return a->gather(dim, *index); });
}
VQT_API Handle vqt_masked_fill(Handle a, Handle mask, VqtScalar value) {
  return tensor([&] { return a->masked_fill(*mask, scalar(value)); });
}
VQT_API Handle vqt_masked_select(Handle a, Handle mask) {
  return tensor([&] { return a->masked_select(*mask); });
}

// ---- reductions ----

VQT_API Handle vqt_sum(Handle a) {
  return tensor([&] { return a->sum(); });
}
VQT_API Handle vqt_sum_dim(Handle a, const std::int64_t* dims, std::int64_t n, bool keepdim) {
  return tensor([&] { return a->sum(ints(dims, n), keepdim); });
}
VQT_API Handle vqt_mean(Handle a) {
  return tensor([&] { return a->mean(); });
}
VQT_API Handle vqt_mean_dim(Handle a, const std::int64_t* dims, std::int64_t n, bool keepdim) {
  return tensor([&] { return a->mean(ints(dims, n), keepdim); });
}
VQT_API Handle vqt_var(Handle a, bool unbiased) {
  return tensor([&] { return a->var(unbiased); });
}
VQT_API Handle vqt_var_dim(Handle a, const std::int64_t* dims, std::int64_t n, bool unbiased, bool keepdim) {
  return tensor([&] { return a->var(ints(dims, n), unbiased, keepdim); });
}
VQT_API Handle vqt_std(Handle a, bool unbiased) {
  return tensor([&] { return a->std(unbiased); });
}
VQT_API Handle vqt_std_dim(Handle a, const std::int64_t* dims, std::int64_t n, bool unbiased, bool keepdim) {
  return tensor([&] { return a->std(ints(dims, n), unbiased, keepdim); });
}
VQT_API Handle vqt_norm(Handle a, double p) {
  return tensor([&] { return a->norm(at::Scalar(p)); });
}
VQT_API Handle vqt_norm_dim(Handle a, double p, const std::int64_t* dims, std::int64_t n, bool keepdim) {
  return tensor([&] { return a->norm(at::Scalar(p), ints(dims, n), keepdim); });
}
VQT_API Handle vqt_logsumexp(Handle a, const std::int64_t* dims, std::int64_t n, bool keepdim) {
  return tensor([&] { return a->logsumexp(ints(dims, n), keepdim); });
}
VQT_API Handle vqt_max(Handle a) {
  return tensor([&] { return a->max(); });
}
VQT_API Handle vqt_min(Handle a) {
  return tensor([&] { return a->min(); });
}
VQT_API int vqt_max_dim(Handle a, std::int64_t dim, bool keepdim, Handle* results) {
  return status([&] {
    auto r = at::max(*a, dim, keepdim);
    results[0] = wrap(std::get<0>(r));
    results[1] = wrap(std::get<1>(r));
  });
}
VQT_API int vqt_min_dim(Handle a, std::int64_t dim, bool keepdim, Handle* results) {
  return status([&] {
    auto r = at::min(*a, dim, keepdim);
    results[0] = wrap(std::get<0>(r));
    results[1] = wrap(std::get<1>(r));
  });
}
VQT_API Handle vqt_argmax(Handle a) {
  return tensor([&] { return at::argmax(*a); });
}
VQT_API Handle vqt_argmin(Handle a) {
  return tensor([&] { return at::argmin(*a); });
}
VQT_API Handle vqt_argmax_dim(Handle a, std::int64_t dim, bool keepdim) {
  return tensor([&] { return at::argmax(*a, dim, keepdim); });
}
VQT_API Handle vqt_argmin_dim(Handle a, std::int64_t dim, bool keepdim) {
  return tensor([&] { return at::argmin(*a, dim, keepdim); });
}
VQT_API Handle vqt_cumsum(Handle a, std::int64_t dim) {
  return tensor([&] { return a->cumsum(dim); });
}
VQT_API int vqt_topk(Handle a, std::int64_t k, std::int64_t dim, bool largest, bool sorted, Handle* results) {
  return status([&] {
    auto r = at::topk(*a, k, dim, largest, sorted);
    results[0] = wrap(std::get<0>(r));
    results[1] = wrap(std::get<1>(r));
  });
}
VQT_API int vqt_sort(Handle a, std::int64_t dim, bool descending, Handle* results) {
  return status([&] {
    auto r = at::sort(*a, dim, descending);
    results[0] = wrap(std::get<0>(r));
    results[1] = wrap(std::get<1>(r));
  });
}
VQT_API Handle vqt_bincount(Handle a, Handle weights, std::int64_t minlength) {
  return tensor([&] { return at::bincount(*a, optional(weights), minlength); });
}
VQT_API int vqt_unique(Handle a, Handle* results) {
  return status([&] {
    auto r = at::_unique2(*a, /*sorted=*/true, /*return_inverse=*/true, /*return_counts=*/true);
    results[0] = wrap(std::get<0>(r));
    results[1] = wrap(std::get<1>(r));
    results[2] = wrap(std::get<2>(r));
  });
}

// ---- others ----

VQT_API Handle vqt_einsum(const char* equation, const Handle* tensors, std::int64_t n) {
  return tensor([&] { return at::einsum(equation, list(tensors, n)); });
}
VQT_API Handle vqt_multinomial(Handle a, std::int64_t samples, bool replacement) {
  return tensor([&] { return at::multinomial(*a, samples, replacement); });
}
VQT_API Handle vqt_softmax(Handle a, std::int64_t dim) {
  return tensor([&] { return at::softmax(*a, dim); });
}
VQT_API Handle vqt_log_softmax(Handle a, std::int64_t dim) {
  return tensor([&] { return at::log_softmax(*a, dim); });
}
VQT_API int vqt_qr(Handle a, Handle* results) {
  return status([&] {
    auto r = at::linalg_qr(*a);
    results[0] = wrap(std::get<0>(r));
    results[1] = wrap(std::get<1>(r));
  });
}
