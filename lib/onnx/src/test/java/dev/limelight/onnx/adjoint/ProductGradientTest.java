package dev.limelight.onnx.adjoint;

import static dev.limelight.onnx.adjoint.Values.normal;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProductGradientTest extends GradientTestBase {

  @ParameterizedTest
  @MethodSource({"matMul", "gemm", "einsum", "attention"})
  void agreesWithDifferences(GradientCase given) throws OrtException {
    GradientCheck.check(given);
  }

  static Stream<GradientCase> matMul() {
    long[][][] shapes = {
      {{2, 3, 4}, {4, 5}},
      {{3, 4}, {2, 4, 5}},
      {{2, 3, 4}, {2, 4, 5}},
      {{2, 1, 3, 4}, {5, 4, 2}},
      {{4}, {4, 5}},
      {{3, 4}, {4}},
      {{2, 3, 4}, {4}},
      {{4}, {2, 4, 5}},
      {{3, 4}, {4, 5}},
      {{1, 3, 4}, {6, 4, 5}},
      {{4}, {4}}
    };
    List<GradientCase> cases = new ArrayList<>();
    for (long[][] shape : shapes) {
      String label = "MatMul " + Arrays.toString(shape[0]) + Arrays.toString(shape[1]);
      cases.add(
          GradientCase.of(label + " left", normal(shape[0]))
              .node("MatMul", "x c")
              .real("c", normal(shape[1])));
      cases.add(
          GradientCase.of(label + " right", normal(shape[1]))
              .node("MatMul", "c x")
              .real("c", normal(shape[0])));
    }
    cases.add(GradientCase.of("MatMul self", normal(2, 3, 3)).node("MatMul", "x x"));
    return cases.stream();
  }

  static Stream<GradientCase> gemm() {
    List<GradientCase> cases = new ArrayList<>();
    for (int transposed = 0; transposed < 4; transposed++) {
      int ta = transposed / 2;
      int tb = transposed % 2;
      Attributes attributes =
          Attributes.with("transA", ta).and("transB", tb).and("alpha", 0.7).and("beta", 0.3);
      long[] a = ta == 1 ? new long[] {4, 3} : new long[] {3, 4};
      long[] b = tb == 1 ? new long[] {5, 4} : new long[] {4, 5};
      cases.add(
          GradientCase.of("Gemm A " + ta + tb, normal(a))
              .node("Gemm", "x b c", attributes)
              .real("b", normal(b))
              .real("c", normal(5)));
      cases.add(
          GradientCase.of("Gemm B " + ta + tb, normal(b))
              .node("Gemm", "a x c", attributes)
              .real("a", normal(a))
              .real("c", normal(5)));
    }
    cases.add(
        GradientCase.of("Gemm C", normal(3, 1))
            .node("Gemm", "a b x", Attributes.none().and("beta", 0.3))
            .real("a", normal(3, 4))
            .real("b", normal(4, 5)));
    return cases.stream();
  }

  static Stream<GradientCase> einsum() {
    Object[][] equations = {
      {"bij,bjk->bik", new long[] {2, 3, 4}, new long[] {2, 4, 5}},
      {"bhid,bhjd->bhij", new long[] {1, 2, 3, 4}, new long[] {1, 2, 5, 4}},
      {"bchw,kc->bkhw", new long[] {1, 3, 2, 2}, new long[] {4, 3}},
      {"bij,kj->bk", new long[] {2, 3, 4}, new long[] {5, 4}},
      {"ij,jk", new long[] {2, 3}, new long[] {3, 4}},
    };
    List<GradientCase> cases = new ArrayList<>();
    for (Object[] equation : equations) {
      Attributes attributes = Attributes.none().and("equation", (String) equation[0]);
      Values a = normal((long[]) equation[1]);
      Values b = normal((long[]) equation[2]);
      cases.add(
          GradientCase.of("Einsum " + equation[0] + " left", a)
              .node("Einsum", "x c", attributes)
              .real("c", b));
      cases.add(
          GradientCase.of("Einsum " + equation[0] + " right", b)
              .node("Einsum", "c x", attributes)
              .real("c", a));
    }
    cases.add(
        GradientCase.of("Einsum of one", normal(2, 3, 4))
            .node("Einsum", "x", Attributes.none().and("equation", "bij->bji")));
    return cases.stream();
  }

  static Stream<GradientCase> attention() {
    return Stream.of(
        GradientCase.of("Attention", normal(2, 3, 8))
            .node("MatMul", "x w", "qkv")
            .node("Split", "qkv", "q k v", Attributes.with("axis", -1).and("num_outputs", 3))
            .node("Transpose", "k", "kt", Attributes.with("perm", new long[] {0, 2, 1}))
            .node("MatMul", "q kt", "s")
            .node("Mul", "s f", "t")
            .node("Softmax", "t", "p", Attributes.with("axis", -1))
            .node("MatMul", "p v")
            .real("w", normal(8, 12))
            .real("f", Values.scalar(0.2)));
  }
}
