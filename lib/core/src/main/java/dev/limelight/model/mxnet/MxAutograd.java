package dev.limelight.model.mxnet;

import ai.djl.mxnet.engine.GradReq;
import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxNDManager;
import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.mxnet.jna.LibUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import dev.limelight.array.NativeArrays;
import dev.limelight.model.Autograd;
import dev.limelight.model.Cut;
import dev.limelight.model.Gradients;
import dev.limelight.support.UnsupportedException;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * MXNet's autograd. Heads reach it as graphs in inference form ({@link MxGraph#inferenceForm}), and
 * are recorded in training mode: recorded in inference mode, max pooling under oneDNN keeps no
 * workspace and its gradient is garbage.
 */
final class MxAutograd implements Autograd {

  /**
   * The one function that DJL's own binding hands an empty array of head gradients, which MXNet
   * refuses.
   */
  interface NativeBackward extends Library {
    int MXAutogradBackwardEx(
        int outputs,
        Pointer[] outputHandles,
        Pointer @Nullable [] outputGradients,
        int variables,
        Pointer[] variableHandles,
        int retainGraph,
        int createGraph,
        int isTrain,
        PointerByReference gradients,
        PointerByReference gradientStorages);

    String MXGetLastError();
  }

  /** RTLD_LAZY without RTLD_GLOBAL: MXNet's own libjpeg must not stand in for Java's. */
  private static final int LINUX_LAZY_AND_LOCAL = 1;

  private static final NativeBackward NATIVE =
      Native.load(
          LibUtils.getLibName(),
          NativeBackward.class,
          Platform.isLinux() ? Map.of(Library.OPTION_OPEN_FLAGS, LINUX_LAZY_AND_LOCAL) : Map.of());

  @Override
  public <T> T inference(Supplier<T> work) {
    return inMode(false, false, work);
  }

  @Override
  public Gradients gradients(
      Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDList> scores) {
    NDArray leaf = leaf(cut.activations());
    NDList output =
        inMode(
            true,
            true,
            () -> {
              NDArray logits = head.apply(cut.with(leaf));
              NDList all = new NDList(logits);
              scores.apply(logits).forEach(score -> all.add(Autograd.summable(score)));
              return all;
            });
    List<NDArray> gradients = new ArrayList<>();
    for (int i = 1; i < output.size(); i++) {
      boolean last = i == output.size() - 1;
      gradients.add(gradients(output.get(i), null, new NDList(leaf), !last).head());
    }
    return new Gradients(output.head(), gradients);
  }

  @Override
  public RecordedHead record(
      Cut cut, Function<Cut, NDArray> head, Function<NDArray, NDArray> values) {
    NDArray leaf = leaf(cut.activations());
    NDList recorded =
        inMode(
            true,
            true,
            () -> {
              NDArray output = head.apply(cut.with(leaf));
              return new NDList(output, values.apply(output));
            });
    NDArray all = recorded.get(1);
    return weights -> {
      float[] own = weights.apply(recorded.head());
      try (NDArray weight = NativeArrays.of(all.getManager(), own, all.getShape())) {
        return gradients(all, weight, new NDList(leaf), true).head();
      }
    };
  }

  /** A part of a network that was recorded, and what it was recorded from. */
  record Recording(NDArray output, NDList leaves) {

    /**
     * The gradients of {@code sum(output * weight)} with respect to the leaves, once.
     *
     * @param weight as large as the output, or null for ones
     */
    NDList gradients(@Nullable NDArray weight) {
      return MxAutograd.gradients(output, weight, leaves, false);
    }
  }

  /** Records a part of a network on separate leaves, which share the memory of the inputs. */
  Recording record(NDList inputs, Function<NDList, NDArray> part) {
    NDList leaves = new NDList();
    for (NDArray input : inputs) {
      leaves.add(leaf(input));
    }
    return new Recording(inMode(true, true, () -> part.apply(leaves)), leaves);
  }

  /**
   * A variable that shares the memory of an array. A gradient is only ever asked for as an array of
   * its own, so another alias stands in for the place where MXNet would keep one, and none is
   * filled with zeros.
   */
  private static NDArray leaf(NDArray array) {
    MxNDArray leaf = (MxNDArray) array.stopGradient();
    MxNDArray gradient = (MxNDArray) array.stopGradient();
    IntBuffer request = IntBuffer.wrap(new int[] {GradReq.WRITE.getValue()});
    JnaUtils.autogradMarkVariables(1, leaf.getHandle(), request, gradient.getHandle());
    return leaf;
  }

  /** The sum of two gradients of a tensor, by the operator that keeps oneDNN's layout. */
  static NDArray sum(NDArray one, NDArray other) {
    return ((MxNDManager) one.getManager())
        .invoke("elemwise_add", new NDArray[] {one, other}, null);
  }

  /** The gradients with respect to these variables alone, so that the user's keep theirs. */
  private static NDList gradients(
      NDArray score, @Nullable NDArray weight, NDList variables, boolean retainGraph) {
    PointerByReference gradients = new PointerByReference();
    int failed =
        NATIVE.MXAutogradBackwardEx(
            1,
            handles(new NDList(score)),
            weight == null ? null : handles(new NDList(weight)),
            variables.size(),
            handles(variables),
            retainGraph ? 1 : 0,
            0,
            1,
            gradients,
            new PointerByReference());
    if (failed != 0) {
      throw UnsupportedException.noGradient(
          "MXNet could not differentiate this head: " + NATIVE.MXGetLastError());
    }
    Pointer[] created = gradients.getValue().getPointerArray(0, variables.size());
    NDList all = new NDList();
    for (int i = 0; i < created.length; i++) {
      all.add(((MxNDArray) variables.get(i)).getManager().create(created[i]));
    }
    return all;
  }

  private static Pointer[] handles(NDList arrays) {
    return arrays.stream().map(a -> ((MxNDArray) a).getHandle()).toArray(Pointer[]::new);
  }

  private static <T> T inMode(boolean recording, boolean training, Supplier<T> work) {
    boolean wasRecording = JnaUtils.autogradSetIsRecording(recording);
    boolean wasTraining = JnaUtils.autogradSetTraining(training);
    try {
      return work.get();
    } finally {
      JnaUtils.autogradSetIsRecording(wasRecording);
      JnaUtils.autogradSetTraining(wasTraining);
    }
  }
}
