package dev.limelight.cam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Question;
import dev.limelight.image.Heatmap;
import dev.limelight.method.Method;
import dev.limelight.method.MethodInfo.Family;
import dev.limelight.method.Methods;
import dev.limelight.model.Network;
import dev.limelight.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Activations in another unit, which what follows the layer undoes, give the same heatmaps. */
class UnitOfTheLayerTest {

  private static List<Method> methods() {
    List<Method> methods = new ArrayList<>();
    for (Method method : Methods.all()) {
      // The network has no finer layers for methods of several.
      boolean finer = method.parameters().containsKey("fine");
      // Blocks have no attention that can be read.
      boolean attention = method.getClass().getPackageName().endsWith(".attention");
      if (method.info().family() == Family.CAM && !finer && !attention) {
        methods.add(withoutConstants(method));
      }
    }
    return methods;
  }

  /** The epsilon of grad-cam, and the scale of a kernel, are in the unit of the activations. */
  private static Method withoutConstants(Method method) {
    if (method instanceof GradCamPlusPlus) {
      return new GradCamPlusPlus(0);
    }
    return method instanceof KpcaCam ? new KpcaCam("linear", 0) : method;
  }

  private static List<Heatmap> maps(String engine, float unit) {
    SequentialBlock net =
        new SequentialBlock()
            .add(Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(6).build())
            .add(Activation.reluBlock())
            .add(LambdaBlock.singleton(array -> array.mul(unit)))
            .add(LambdaBlock.singleton(array -> array.div(unit)))
            .add(Pool.globalAvgPool2dBlock())
            .add(Linear.builder().setUnits(4).build());
    try (Model model = Model.newInstance("unit", engine);
        NDManager scope = model.getNDManager().newSubManager()) {
      model.setBlock(net);
      net.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, 12, 12));
      Random random = new Random(5);
      for (Parameter parameter : net.getParameters().values()) {
        parameter.getArray().set(normal(random, (int) parameter.getArray().size()));
      }
      NDArray x = scope.create(normal(random, 3 * 12 * 12), new Shape(1, 3, 12, 12));
      String layer = Network.of(model).layers(new Shape(3, 12, 12), null).get(2).path().name();
      List<Heatmap> maps = new ArrayList<>();
      try (Explainer explainer = Explainer.of(model)) {
        for (Method method : methods()) {
          Explanation map =
              explainer
                  .at(layer)
                  .explain(Question.of(x).methods(method).targets(Target.of(2)))
                  .get(0);
          maps.add(map.heatmap());
        }
      }
      return maps;
    }
  }

  private static float[] normal(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "PyTorch, 1e-30",
    "PyTorch, 1e-10",
    "PyTorch, 1e10",
    "PyTorch, 1e30",
    "MXNet, 1e-30",
    "MXNet, 1e30"
  })
  void theUnitOfTheActivationsMakesNoDifference(String engine, float unit) {
    List<Heatmap> plain = maps(engine, 1);
    List<Heatmap> scaled = maps(engine, unit);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(scaled.get(i).maxDifference(plain.get(i)))
          .as("%s", methods().get(i))
          .isCloseTo(0, within(1e-3));
    }
  }
}
