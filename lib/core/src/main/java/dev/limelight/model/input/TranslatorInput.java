package dev.limelight.model.input;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * The input that a translator of DJL makes of a picture.
 *
 * @param values row by row
 * @param shape (C, H, W)
 */
@API(status = Status.INTERNAL)
public record TranslatorInput(float[] values, int[] shape) {

  /**
   * That of a translator's result.
   *
   * @throws TranslateException if it is no single (C, H, W) of float32, perhaps in a batch of one
   */
  public static TranslatorInput of(NDList list) throws TranslateException {
    NDArray input = list.head();
    Shape shape = input.getShape();
    if (shape.dimension() == 4 && shape.get(0) == 1) {
      shape = shape.slice(1);
    }
    if (list.size() != 1 || shape.dimension() != 3 || input.getDataType() != DataType.FLOAT32) {
      throw new TranslateException(
          "it gives "
              + list.size()
              + " arrays, the first one "
              + input.getShape()
              + " "
              + input.getDataType()
              + " where (C, H, W) FLOAT32 is expected");
    }
    int[] lengths = {(int) shape.get(0), (int) shape.get(1), (int) shape.get(2)};
    return new TranslatorInput(input.toFloatArray(), lengths);
  }

  /** The part of a context that a translator of pictures needs. */
  public static TranslatorContext context(ZooModel<?, ?> model, NDManager manager) {
    Map<Object, Object> attachments = new HashMap<>();
    return (TranslatorContext)
        Proxy.newProxyInstance(
            TranslatorInput.class.getClassLoader(),
            new Class<?>[] {TranslatorContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getModel" -> model;
                  case "getBlock" -> model.getBlock();
                  case "getNDManager", "getPredictorManager" -> manager;
                  case "getAttachment" -> attachments.get(arguments[0]);
                  case "setAttachment" -> attachments.put(arguments[0], arguments[1]);
                  default -> null;
                });
  }
}
