package dev.limelight.model.mxnet;

import ai.djl.mxnet.engine.Symbol;
import ai.djl.mxnet.jna.LibUtils;
import ai.djl.mxnet.jna.MxnetLibrary;
import ai.djl.mxnet.jna.NativeSizeByReference;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The shapes of a symbol's outputs as MXNet infers them, as far as it can. */
final class MxShapes {

  private static final MxnetLibrary MXNET = LibUtils.loadLibrary();

  private MxShapes() {}

  /**
   * The number of values of each output, 0 where MXNet cannot tell.
   *
   * @param known shapes of variables by name
   * @return nothing if the shapes contradict one another, which MXNet says when it runs the symbol
   */
  static List<Long> sizes(Symbol symbol, Map<String, Shape> known) {
    List<Long> lengths = new ArrayList<>();
    long[] ends = new long[known.size() + 1];
    int variable = 0;
    for (Shape shape : known.values()) {
      for (long length : shape.getShape()) {
        lengths.add(length);
      }
      ends[++variable] = lengths.size();
    }
    NativeSizeByReference count = new NativeSizeByReference();
    PointerByReference ranks = new PointerByReference();
    PointerByReference shapes = new PointerByReference();
    int status =
        MXNET.MXSymbolInferShapePartialEx64(
            symbol.getHandle(),
            known.size(),
            known.keySet().toArray(String[]::new),
            ends,
            lengths.stream().mapToLong(Long::longValue).toArray(),
            new NativeSizeByReference(),
            new PointerByReference(),
            new PointerByReference(),
            count,
            ranks,
            shapes,
            new NativeSizeByReference(),
            new PointerByReference(),
            new PointerByReference(),
            IntBuffer.allocate(1));
    int outputs = (int) count.getValue().longValue();
    if (status != 0 || outputs == 0) {
      return List.of();
    }
    Pointer[] all = shapes.getValue().getPointerArray(0, outputs);
    int[] rank = ranks.getValue().getIntArray(0, outputs);
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      sizes.add(rank[i] <= 0 ? 0 : size(all[i].getLongArray(0, rank[i])));
    }
    return sizes;
  }

  private static long size(long[] shape) {
    double size = 1;
    for (long length : shape) {
      size *= Math.max(0, length);
    }
    return (long) size;
  }
}
