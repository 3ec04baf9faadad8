package dev.limelight.model;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.mxnet.jna.LibUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

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
        Pointer[] outputGradients,
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
  public <T> T still(Supplier<T> work) {
    return inMode(false, false, work);
  }

  @Override
  public Slope slope(
      NDArray activations, Function<NDArray, NDArray> head, Function<NDArray, NDList> scores) {
    NDArray leaf = activations.stopGradient();
    leaf.setRequiresGradient(true);
    NDList output =
        inMode(
            true,
            true,
            () -> {
              NDArray logits = head.apply(leaf);
              NDList all = new NDList(logits);
              scores.apply(logits).forEach(score -> all.add(score.sum()));
              return all;
            });
    List<NDArray> gradients = new ArrayList<>();
    for (int i = 1; i < output.size(); i++) {
      boolean last = i == output.size() - 1;
      gradients.add(gradient((MxNDArray) output.get(i), (MxNDArray) leaf, !last));
    }
    return new Slope(output.head(), gradients);
  }

  /** The gradient with respect to one variable alone, so that the user's parameters keep theirs. */
  private static NDArray gradient(MxNDArray score, MxNDArray variable, boolean retainGraph) {
    PointerByReference gradients = new PointerByReference();
    int failed =
        NATIVE.MXAutogradBackwardEx(
            1,
            new Pointer[] {score.getHandle()},
            null,
            1,
            new Pointer[] {variable.getHandle()},
            retainGraph ? 1 : 0,
            0,
            1,
            gradients,
            new PointerByReference());
    if (failed != 0) {
      throw new IllegalStateException(
          "MXNet could not differentiate this head: " + NATIVE.MXGetLastError());
    }
    Pointer handle = gradients.getValue().getPointer(0);
    return variable.getManager().create(handle);
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
