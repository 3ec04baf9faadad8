package dev.limelight.model.mxnet;

import ai.djl.mxnet.jna.JnaUtils;
import ai.djl.mxnet.jna.LibUtils;
import ai.djl.mxnet.jna.MxnetLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import dev.limelight.io.Names;
import java.util.Map;

/**
 * How many inputs an operator of MXNet takes. Attributes decide about many of them: a bias, the
 * lengths of sequences, the slopes of a PReLU, the state of an LSTM. So MXNet is asked for a node
 * with these attributes, and adds a variable for each input.
 */
final class MxSignature {

  private static final MxnetLibrary MXNET = LibUtils.loadLibrary();

  private MxSignature() {}

  /**
   * The inputs of a node.
   *
   * @param attributes those that the operator declares
   * @throws IllegalArgumentException if MXNet does not take the attributes; the end of a sentence
   */
  static int inputs(String operator, Map<String, String> attributes) {
    PointerByReference handle = new PointerByReference();
    check(MXNET.NNGetOpHandle(operator, handle));
    Pointer creator = handle.getValue();
    String[] keys = attributes.keySet().toArray(String[]::new);
    String[] values = attributes.values().toArray(String[]::new);
    PointerByReference symbol = new PointerByReference();
    check(MXNET.NNSymbolCreateAtomicSymbol(creator, keys.length, keys, values, symbol));
    try {
      check(MXNET.NNSymbolCompose(symbol.getValue(), "node", 0, null, null));
      return JnaUtils.listSymbolArguments(symbol.getValue()).length
          + JnaUtils.listSymbolAuxiliaryStates(symbol.getValue()).length;
    } finally {
      JnaUtils.freeSymbol(symbol.getValue());
    }
  }

  private static void check(int status) {
    if (status != 0) {
      String reason = Names.reason(MXNET.NNGetLastError());
      throw new IllegalArgumentException(reason.replaceFirst("^.*?Error: ", ""));
    }
  }
}
