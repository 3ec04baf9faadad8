package dev.limelight.onnx.translation;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.limelight.model.Devices;
import dev.limelight.model.EngineLock;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.input.NetworkInput;
import dev.limelight.onnx.adjoint.RuntimeFolder;
import dev.limelight.onnx.blocks.BlockGraph;
import dev.limelight.support.UnsupportedException;
import java.util.UUID;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** Models of DJL's blocks, brought into ONNX graphs in memory. */
@API(status = Status.INTERNAL)
public final class TranslatedBlocks {

  private TranslatedBlocks() {}

  /** Opens a graph in ONNX Runtime. */
  public interface Opener {

    /**
     * The graph as a block, which is closed with the model.
     *
     * @throws UnsupportedException if ONNX Runtime refuses it
     */
    AutoCloseable open(ModelProto graph, Device device, Model model);
  }

  /**
   * A copy of a model, which has its weights as they are now and was compared with it.
   *
   * @param original of blocks, which stays the caller's
   * @param picture the shape of one picture, (C, H, W), or null for the one that it was made for
   * @param device where the copy computes, or null for the best
   * @param opener opens its graph; it gives a block
   * @throws UnsupportedException if it cannot be translated, or differs
   */
  public static Model of(
      Model original, @Nullable Shape picture, @Nullable Device device, Opener opener) {
    NetworkInput known = NetworkFormats.input(original);
    if (picture == null && (known.channels() <= 0 || known.height() <= 0 || known.width() <= 0)) {
      throw new UnsupportedException("its blocks do not say for which size of pictures they are");
    }
    Shape one =
        picture != null ? picture : new Shape(known.channels(), known.height(), known.width());
    return EngineLock.of(original.getNDManager().getEngine())
        .call(() -> compared(original, one, known, device, opener));
  }

  private static Model compared(
      Model original, Shape picture, NetworkInput known, @Nullable Device device, Opener opener) {
    ModelProto graph = BlockGraph.toOnnx(original, picture);
    Device on = device != null ? device : Devices.best(EngineName.ONNX_RUNTIME);
    // A translation is right on all devices or on none, and a GPU rounds otherwise.
    Model exact = opened(original, graph, picture, known, on.isGpu() ? Device.cpu() : on, opener);
    boolean returned = false;
    try {
      TranslationCheck.compare(original, exact);
      compareDefaultLayers(original, exact, picture);
      returned = !on.isGpu();
    } catch (EngineException e) {
      throw new UnsupportedException(String.valueOf(e.getMessage()), e);
    } finally {
      if (!returned) {
        exact.close();
      }
    }
    return returned ? exact : opened(original, graph, picture, known, on, opener);
  }

  private static Model opened(
      Model original,
      ModelProto graph,
      Shape picture,
      NetworkInput known,
      Device on,
      Opener opener) {
    Model model = EngineName.ONNX_RUNTIME.newModel(original.getName(), on);
    RuntimeFolder.removeAtExit();
    boolean made = false;
    try {
      original.getProperties().forEach(model::setProperty);
      HeldGraphs.put(
          model,
          new HeldGraphs.Held(
              original.getName(),
              graph,
              new NetworkInput(
                  picture.get(0),
                  picture.get(1),
                  picture.get(2),
                  false,
                  known.type(),
                  known.source().isEmpty() ? "the model" : known.source(),
                  "")));
      AutoCloseable block = opener.open(graph, on, model);
      model.setBlock((Block) block);
      model.getNDManager().attachInternal(UUID.randomUUID().toString(), block);
      made = true;
      return model;
    } catch (EngineException e) {
      throw new UnsupportedException(String.valueOf(e.getMessage()), e);
    } finally {
      if (!made) {
        model.close();
      }
    }
  }

  private static void compareDefaultLayers(Model original, Model translated, Shape picture) {
    String expected = defaultLayer(original, picture);
    String found = defaultLayer(translated, picture);
    if (!expected.equals(found)) {
      throw new UnsupportedException(
          "the layer that is explained would be " + found + ", and not " + expected);
    }
  }

  private static String defaultLayer(Model model, Shape picture) {
    try (Network network = Network.of(model)) {
      return network.defaultLayer(picture, null).path().name();
    } catch (UnsupportedException e) {
      return "none";
    }
  }
}
