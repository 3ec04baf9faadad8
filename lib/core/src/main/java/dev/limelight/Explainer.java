package dev.limelight;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.limelight.cam.CamMethod;
import dev.limelight.cam.Evidence;
import dev.limelight.cam.GradCam;
import dev.limelight.image.Heatmap;
import dev.limelight.image.Picture;
import dev.limelight.model.Cut;
import dev.limelight.model.Layer;
import dev.limelight.model.LayerPath;
import dev.limelight.model.ModelFile;
import dev.limelight.model.Network;
import dev.limelight.model.Preprocessing;
import dev.limelight.model.SplitModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/**
 * Explains what a model looked at. The model is left as it is: its mode, its parameters, their
 * gradients. It may be used from several threads, which take turns; a long call ends within one
 * batch of an interrupt, with a {@link CancellationException}.
 */
public final class Explainer implements AutoCloseable {

  private static final int BATCH = 16;

  /** Engines record for one caller at a time. */
  private static final Object TURN = new Object();

  private final Model model;
  private final boolean owned;
  private final Network network;
  private final LayerPath asked;
  private final Preprocessing preprocessing;
  private final List<String> labels;
  private final String sha256;
  private final List<Explainer> others = new ArrayList<>();
  private SplitModel split;

  private Explainer(
      Model model,
      boolean owned,
      Network network,
      LayerPath asked,
      Preprocessing preprocessing,
      List<String> labels,
      String sha256) {
    this.model = model;
    this.owned = owned;
    this.network = network;
    this.asked = asked;
    this.preprocessing = preprocessing;
    this.labels = labels;
    this.sha256 = sha256;
  }

  /** Explains a model that is in memory, with everything else found by itself. */
  public static Explainer of(Model model) {
    return builder().setModel(model).build();
  }

  /** Starts from a model, and what else is known of it. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The same model explained at another layer. It is closed with this explainer.
   *
   * @throws IllegalArgumentException if there is no such layer; the message lists those there are
   */
  public Explainer at(LayerPath layer) {
    synchronized (TURN) {
      Explainer other = derive(layer, preprocessing);
      other.split = network.split(layer);
      return other;
    }
  }

  /** The same model explained at the layer of that name. */
  public Explainer at(String layer) {
    return at(LayerPath.of(layer));
  }

  /** The same model with other preprocessing. It is closed with this explainer. */
  public Explainer with(Preprocessing other) {
    synchronized (TURN) {
      return derive(asked, other);
    }
  }

  private Explainer derive(LayerPath layer, Preprocessing used) {
    Explainer other = new Explainer(model, false, network, layer, used, labels, sha256);
    others.add(other);
    return other;
  }

  /** The layers at which the model can be cut, in the order of computation. */
  public List<Layer> layers() {
    synchronized (TURN) {
      return network.layers(new Shape(3, preprocessing.height(), preprocessing.width()));
    }
  }

  /** How pictures become the network's input. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The names of the classes, or none. */
  public List<String> labels() {
    return labels;
  }

  /** Explains the top class of a picture by Grad-CAM. */
  public Explanation explain(Picture picture) {
    return explain(picture, new GradCam(), Target.top());
  }

  /** Explains the top class of a picture. */
  public Explanation explain(Picture picture, CamMethod method) {
    return explain(picture, method, Target.top());
  }

  /** Explains a target of a picture. */
  public Explanation explain(Picture picture, CamMethod method, Target target) {
    return explain(List.of(picture), method, target).get(0);
  }

  /** Explains the top class of a DJL image by Grad-CAM. */
  public Explanation explain(Image image) {
    return explain(picture(image));
  }

  /** Explains a target of a DJL image. */
  public Explanation explain(Image image, CamMethod method, Target target) {
    return explain(picture(image), method, target);
  }

  /** Explains many pictures, in batches. */
  public List<Explanation> explain(List<Picture> pictures, CamMethod method, Target target) {
    List<Explanation> all = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += BATCH) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after " + from + " of " + pictures.size() + " pictures");
      }
      List<Picture> some = pictures.subList(from, Math.min(from + BATCH, pictures.size()));
      Target part = target instanceof Target.Index index ? index.slice(from, some.size()) : target;
      all.addAll(explain(some, List.of(method), List.of(part)).get(0));
    }
    return all;
  }

  /**
   * Explains a target of one picture by several methods, which share one forward and one head
   * backward.
   */
  public List<Explanation> explain(
      Picture picture, List<? extends CamMethod> methods, Target target) {
    return explain(List.of(picture), methods, List.of(target)).stream().map(l -> l.get(0)).toList();
  }

  /** Explains the k best classes of a picture, best first, from one forward. */
  public List<Explanation> explainTop(Picture picture, CamMethod method, int k) {
    synchronized (TURN) {
      try (NDManager scope = model.getNDManager().newSubManager()) {
        NDArray input = input(List.of(picture), scope);
        SplitModel model = splitFor(input);
        Cut cut = model.features(input);
        float[] logits = model.head(cut).toFloatArray();
        List<Target> targets = new ArrayList<>();
        for (int index : Logits.best(logits, k, labels.size() == 2)) {
          targets.add(Target.of(index));
        }
        return explain(cut, subjects(List.of(picture)), List.of(method), targets).stream()
            .map(list -> list.get(0))
            .toList();
      }
    }
  }

  /**
   * Explains a ready batch.
   *
   * @param batch (N, 3, H, W) float32, preprocessed
   */
  public List<Explanation> explain(NDArray batch, CamMethod method, Target target) {
    Shape shape = batch.getShape();
    if (shape.dimension() != 4 || batch.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          "a batch is (N, C, H, W) float32, and "
              + shape
              + " "
              + batch.getDataType()
              + " came; add the missing dimension or convert it");
    }
    if (shape.size() == 0) {
      throw new IllegalArgumentException(
          "a batch holds at least one picture of one pixel, and one of shape " + shape + " came");
    }
    int h = (int) shape.get(2);
    int w = (int) shape.get(3);
    List<Explanation.Subject> subjects = new ArrayList<>();
    for (int i = 0; i < shape.get(0); i++) {
      subjects.add(new Explanation.Subject(null, null, w, h, labels));
    }
    synchronized (TURN) {
      try (NDManager scope = model.getNDManager().newSubManager()) {
        NDArray input = batch.stopGradient();
        input.attach(scope);
        return explain(splitFor(input).features(input), subjects, List.of(method), List.of(target))
            .get(0);
      }
    }
  }

  @Override
  public void close() {
    synchronized (TURN) {
      others.forEach(Explainer::close);
      others.clear();
      if (split != null) {
        split.close();
        split = null;
      }
      if (owned) {
        model.close();
      }
    }
  }

  private List<List<Explanation>> explain(
      List<Picture> pictures, List<? extends CamMethod> methods, List<Target> targets) {
    synchronized (TURN) {
      try (NDManager scope = model.getNDManager().newSubManager()) {
        NDArray input = input(pictures, scope);
        return explain(splitFor(input).features(input), subjects(pictures), methods, targets);
      }
    }
  }

  /** One list for each method of each target, with one explanation a picture. */
  private List<List<Explanation>> explain(
      Cut cut,
      List<Explanation.Subject> subjects,
      List<? extends CamMethod> methods,
      List<Target> targets) {
    List<Target> resolved = targets.stream().map(target -> target.resolve(labels)).toList();
    List<Function<NDArray, NDArray>> scores = new ArrayList<>();
    resolved.forEach(target -> scores.add(target::score));
    List<Evidence> evidence = Evidence.of(split, cut, scores);
    List<List<Explanation>> all = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      for (CamMethod method : methods) {
        NDArray maps = method.map(evidence.get(t));
        all.add(explanations(subjects, evidence.get(t), resolved.get(t), maps, method));
      }
    }
    return all;
  }

  private List<Explanation> explanations(
      List<Explanation.Subject> subjects,
      Evidence evidence,
      Target target,
      NDArray maps,
      CamMethod method) {
    int h = (int) maps.getShape().get(1);
    int w = (int) maps.getShape().get(2);
    float[] values = maps.toFloatArray();
    int k = (int) evidence.logits().getShape().get(1);
    float[] logits = evidence.logits().toFloatArray();
    int[] classes = target.classes(evidence.logits());
    checkLabels(k);
    Provenance provenance = provenance(method, target);
    List<Explanation> all = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      float[] own = Arrays.copyOfRange(logits, i * k, (i + 1) * k);
      checkFinite(own, subjects.get(i).picture(), i);
      Heatmap map =
          new Heatmap(w, h, Arrays.copyOfRange(values, i * w * h, (i + 1) * w * h), "logit");
      all.add(
          new Explanation(
              subjects.get(i),
              own,
              classes[i],
              labels.size() == 2 || target instanceof Target.Binary,
              map,
              method.about().name(),
              provenance));
    }
    return all;
  }

  private void checkLabels(int outputs) {
    int classes = Logits.classes(outputs, labels.size() == 2);
    if (!labels.isEmpty() && labels.size() != classes) {
      throw new IllegalArgumentException(
          "this network has "
              + outputs
              + " outputs, and "
              + labels.size()
              + " labels came; give one label an output, or two for one sigmoid unit");
    }
  }

  private static void checkFinite(float[] logits, Picture picture, int place) {
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        throw new IllegalArgumentException(
            "the network's output for "
                + (picture == null ? "picture " + place : picture.name())
                + " is "
                + logit
                + "; check its weights for NaN and the range of its input");
      }
    }
  }

  private Provenance provenance(CamMethod method, Target target) {
    Engine engine = model.getNDManager().getEngine();
    String version = Explainer.class.getPackage().getImplementationVersion();
    return new Provenance(
        described(method),
        split.layer().name(),
        target.toString(),
        model.getName(),
        sha256,
        network.outputActivation(),
        engine.getEngineName() + " " + engine.getVersion(),
        version == null ? "development" : version);
  }

  /** The method's name and, where it has any, its arguments as its record tells them. */
  private static String described(CamMethod method) {
    String text = method.toString();
    String arguments = text.substring(text.indexOf('[') + 1, text.length() - 1);
    String name = method.about().name();
    return arguments.isEmpty() ? name : name + " (" + arguments + ")";
  }

  /** The split at the layer that was asked for, or else at the last one with spatial extent. */
  private SplitModel splitFor(NDArray input) {
    if (split == null) {
      LayerPath layer =
          asked != null ? asked : Layer.last(network.layers(input.getShape().slice(1))).path();
      split = network.split(layer);
    }
    return split;
  }

  private NDArray input(List<Picture> pictures, NDManager scope) {
    int w = preprocessing.width();
    int h = preprocessing.height();
    float[] all = new float[pictures.size() * 3 * h * w];
    for (int i = 0; i < pictures.size(); i++) {
      System.arraycopy(preprocessing.apply(pictures.get(i)), 0, all, i * 3 * h * w, 3 * h * w);
    }
    return scope.create(all, new Shape(pictures.size(), 3, h, w));
  }

  private List<Explanation.Subject> subjects(List<Picture> pictures) {
    List<Explanation.Subject> all = new ArrayList<>();
    for (Picture picture : pictures) {
      all.add(
          new Explanation.Subject(
              picture,
              preprocessing.seen(picture.width(), picture.height()),
              preprocessing.width(),
              preprocessing.height(),
              labels));
    }
    return all;
  }

  private static Picture picture(Image image) {
    if (image.getWrappedImage() instanceof BufferedImage buffered) {
      return Picture.of(buffered, "image");
    }
    throw new IllegalArgumentException(
        "a DJL image holds a BufferedImage here, and this one holds "
            + image.getWrappedImage().getClass().getName()
            + "; read it by BufferedImageFactory or as a Picture");
  }

  /** What is known of a model. */
  public static final class Builder {

    private Model model;
    private ModelFile file;
    private LayerPath layer;
    private Preprocessing preprocessing;
    private List<String> labels = List.of();

    private Builder() {}

    /** Explains a model in memory, which stays the caller's. */
    public Builder setModel(Model newModel) {
      model = newModel;
      return this;
    }

    /** Explains a model on disk, which the explainer loads and closes. */
    public Builder setModel(ModelFile newFile) {
      file = newFile;
      return this;
    }

    /** Explains an MXNet symbol or a folder saved by DJL, on MXNet. */
    public Builder setModel(Path path) {
      return setModel(new ModelFile(path, "MXNet"));
    }

    /** Cuts at this layer; without it at the last one with spatial extent. */
    public Builder optLayer(LayerPath newLayer) {
      layer = newLayer;
      return this;
    }

    /**
     * How pictures become input; without it the middle of the picture in [0, 1], at the size the
     * model says, or 224.
     */
    public Builder optPreprocessing(Preprocessing newPreprocessing) {
      preprocessing = newPreprocessing;
      return this;
    }

    /** The names of the classes in the order of the outputs. */
    public Builder optLabels(List<String> newLabels) {
      labels = List.copyOf(newLabels);
      return this;
    }

    /** The names of the classes in the order of the outputs. */
    public Builder optLabels(String... newLabels) {
      return optLabels(List.of(newLabels));
    }

    /**
     * Makes the explainer of a model in memory.
     *
     * @throws IllegalArgumentException if the model cannot be cut, or there is no such layer
     */
    public Explainer build() {
      if (model == null) {
        throw new IllegalArgumentException(
            "an explainer needs a model in memory: call setModel(Model), or load() for one on disk");
      }
      return build(model, false, null);
    }

    /**
     * Loads the model from disk and makes its explainer.
     *
     * @throws IOException if the model cannot be read
     */
    public Explainer load() throws IOException {
      if (file == null) {
        throw new IllegalArgumentException(
            "load() reads a model from disk: call setModel with its path, or build() instead");
      }
      Model loaded = file.load();
      try {
        return build(loaded, true, file.sha256());
      } catch (IOException | RuntimeException e) {
        loaded.close();
        throw e;
      }
    }

    private Explainer build(Model model, boolean owned, String sha256) {
      synchronized (TURN) {
        Network network = Network.of(model);
        Preprocessing used = preprocessing == null ? Preprocessing.of(model) : preprocessing;
        Explainer explainer = new Explainer(model, owned, network, layer, used, labels, sha256);
        if (layer != null) {
          explainer.split = network.split(layer);
        }
        return explainer;
      }
    }
  }
}
