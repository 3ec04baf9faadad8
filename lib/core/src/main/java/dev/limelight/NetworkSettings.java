package dev.limelight;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import dev.limelight.model.EngineName;
import dev.limelight.model.Network;
import dev.limelight.model.NetworkFormats;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.companion.ModelCompanions;
import dev.limelight.model.input.ModelMetadata;
import dev.limelight.model.loading.FastestEngine;
import dev.limelight.model.signature.NetworkChoice;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the network of a loaded model is made.
 *
 * @param labels the names of the classes, or none
 * @param preprocessing how pictures become its input, or null for the model's own
 * @param output the name of the output that is explained, or null
 * @param reader the name of what reads the outputs, or null
 * @param constants the values of further inputs
 * @param channelsLast whether it takes (N, H, W, C)
 * @param beside what files beside the model say
 */
record NetworkSettings(
    List<String> labels,
    @Nullable Preprocessing preprocessing,
    @Nullable String output,
    @Nullable String reader,
    Map<String, List<Double>> constants,
    boolean channelsLast,
    ModelCompanions beside)
    implements FastestEngine.Setup {

  /** The same with the labels and preprocessing of a model, for a copy of it. */
  NetworkSettings of(Model model) {
    return new NetworkSettings(
        labels(model), preprocessing(model), output, reader, constants, channelsLast, beside);
  }

  @Override
  public Network network(Model opened) {
    if (channelsLast) {
      ModelMetadata.setChannelsLast(opened);
    }
    return Network.of(opened, new NetworkChoice(output, labels(opened).size(), constants, reader));
  }

  @Override
  public Shape picture(Model opened) {
    return Source.inputShape(preprocessing(opened));
  }

  @Override
  public String described() {
    Shape given = preprocessing == null ? null : Source.inputShape(preprocessing);
    int names = labels.isEmpty() ? beside.labels().size() : labels.size();
    return String.join(
        " ",
        String.valueOf(given),
        String.valueOf(channelsLast),
        String.valueOf(names),
        String.valueOf(output),
        String.valueOf(reader),
        constants.toString());
  }

  /**
   * What is known about a loaded model before it has run.
   *
   * @param network its own
   * @param sha256 the hash of its files, or null where it was built in memory
   * @param ofSource what was decided when it was loaded; a sentence each
   * @throws IllegalArgumentException if it does not take pictures as they are prepared
   */
  ModelInfo described(
      Model opened, Network network, @Nullable String sha256, List<String> ofSource) {
    Engine engine = opened.getNDManager().getEngine();
    Preprocessing used = preprocessing(opened);
    used.checkValues(NetworkFormats.input(opened));
    return new ModelInfo(
        opened.getName(),
        sha256,
        engine.getEngineName()
            + " "
            + EngineName.of(engine).map(EngineName::version).orElseGet(engine::getVersion),
        network.outputActivation(),
        labels(opened),
        used,
        network.signature().explained(),
        false,
        null,
        Stream.of(ofSource, network.signature().notes(), notes()).flatMap(List::stream).toList());
  }

  List<String> labels(Model opened) {
    if (!labels.isEmpty()) {
      return labels;
    }
    return beside.labels().isEmpty() ? ModelMetadata.labels(opened) : beside.labels();
  }

  Preprocessing preprocessing(Model opened) {
    if (preprocessing != null) {
      return preprocessing;
    }
    Preprocessing ofModel = Preprocessing.of(opened);
    return beside.preprocessing(ofModel).orElse(ofModel);
  }

  /** What was read beside the model. */
  List<String> notes() {
    return beside.notes(preprocessing == null, labels.isEmpty());
  }
}
