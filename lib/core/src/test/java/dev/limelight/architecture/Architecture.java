package dev.limelight.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.Buffer;
import java.util.List;

/**
 * The rules that the packages keep.
 *
 * @param root the package that all are in
 */
record Architecture(String root) {

  /** The library's own. */
  static final Architecture LIBRARY = new Architecture("dev.limelight");

  /** The packages from the top to the bottom; "" is the root, the front door. */
  private static final List<String> ORDER =
      List.of(
          "bench.sets",
          "bench.start",
          "bench.segments",
          "bench.randomisation",
          "bench.gpu",
          "bench.formats",
          "bench.detection",
          "bench.concept",
          "bench",
          "cli.detection",
          "cli",
          "cli.benchmark",
          "cli.concept",
          "cli.options",
          "cli.isolation",
          "cli.start",
          "cli.help",
          "cli.console",
          "notebook",
          "notebook.chart",
          "spark.concept",
          "spark",
          "course.speed",
          "course.train",
          "course.data",
          "report.concept",
          "report",
          "report.segments",
          "report.markup",
          "benchmark",
          "sink",
          "watch",
          "randomisation",
          "verdict",
          "evaluation",
          "concept",
          "audit",
          "metric.detection",
          "metric.localisation",
          "metric",
          "",
          "isolation",
          "purpose",
          "smooth",
          "enlarge",
          "perturb.segment",
          "gradient",
          "relevance",
          "attention",
          "perturb",
          "cam.perturbed",
          "cam.layered",
          "cam",
          "method",
          "target",
          "zoo.hub",
          "zoo",
          "model.loading",
          "onnx.pt2.format",
          "model.companion",
          "onnx",
          "onnx.array",
          "onnx.attention",
          "onnx.relevance",
          "onnx.formula",
          "onnx.file",
          "onnx.signature",
          "onnx.translation",
          "onnx.blocks",
          "onnx.mxnet",
          "onnx.torchscript",
          "onnx.pt2.operators",
          "onnx.pt2",
          "onnx.adjoint.rules.sampling",
          "onnx.adjoint.rules",
          "onnx.adjoint",
          "model.torchscript",
          "model.mxnet",
          "model.pytorch",
          "model.block",
          "model.finer",
          "model",
          "output.reader",
          "output",
          "model.file",
          "model.input",
          "model.attention",
          "model.cache",
          "model.relevance",
          "torch.script",
          "torch.checkpoint",
          "torch",
          "model.signature",
          "detection",
          "scene",
          "data",
          "segment",
          "drawing",
          "codec",
          "image",
          "plugin",
          "io",
          "array",
          "event",
          "support");

  private String name(String part) {
    return part.isEmpty() ? root : root + "." + part;
  }

  private String[] names(String... parts) {
    return List.of(parts).stream().map(this::name).toArray(String[]::new);
  }

  /** Its place from the top; -1 where it has none. */
  private int place(JavaClass type) {
    String name = type.getPackageName();
    String part = name.equals(root) ? "" : name.substring(root.length() + 1);
    return ORDER.indexOf(part);
  }

  private boolean isOurs(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(root) || name.startsWith(root + ".");
  }

  /** Each package has its place, and depends on those below it alone. */
  ArchRule dependenciesPointDown() {
    return classes()
        .should(
            new ArchCondition<JavaClass>("depend on packages below their own alone") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                if (place(type) < 0) {
                  String text = type.getPackageName() + " has no place in the order of packages";
                  events.add(SimpleConditionEvent.violated(type, text));
                }
                for (Dependency one : type.getDirectDependenciesFromSelf()) {
                  JavaClass other = one.getTargetClass().getBaseComponentType();
                  if (isOurs(other) && place(other) < place(type)) {
                    String text = "upward: " + one.getDescription();
                    events.add(SimpleConditionEvent.violated(one, text));
                  }
                }
              }
            });
  }

  ArchRule packagesAreFreeOfCycles() {
    return slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return isOurs(type)
                    ? SliceIdentifier.of(type.getPackageName())
                    : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "packages";
              }
            })
        .should()
        .beFreeOfCycles();
  }

  /** What an engine is called in code stays in the packages made for it. */
  List<ArchRule> enginesAreNamedInTheirPackages() {
    return List.of(
        engine("ai.djl.mxnet..", "model.mxnet"),
        engine("ai.djl.pytorch..", "model.pytorch", "model.torchscript"),
        engine("ai.djl.onnxruntime..", "onnx"),
        engine("ai.onnxruntime..", "onnx", "onnx.adjoint", "onnx.file", "onnx.signature"),
        engine("ai.djl.tensorflow.."));
  }

  private ArchRule engine(String classes, String... parts) {
    return noClasses()
        .that(DescribedPredicate.not(resideInAnyPackage(names(parts))))
        .should()
        .dependOnClassesThat(resideInAPackage(classes))
        .allowEmptyShould(true);
  }

  /** DJL's own way gives MXNet a buffer that may be freed before it is read. */
  ArchRule arraysOfNumbersAreMadeInOnePackage() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(name("array"))
        .should()
        .callCodeUnitWhere(
            target(
                DescribedPredicate.describe(
                    "give Java's numbers to an engine", Architecture::givesNumbers)));
  }

  private static boolean givesNumbers(CodeUnitCallTarget target) {
    List<JavaClass> given = target.getRawParameterTypes();
    boolean numbers =
        !given.isEmpty()
            && (given.get(0).isArray() && given.get(0).getBaseComponentType().isPrimitive()
                || given.get(0).isAssignableTo(Buffer.class));
    boolean made =
        target.getOwner().isAssignableTo(NDManager.class) && target.getName().equals("create");
    boolean set = target.getOwner().isAssignableTo(NDArray.class) && target.getName().equals("set");
    return numbers && (made || set);
  }

  /** Pictures, files and what PyTorch pickled are read without DJL. */
  ArchRule picturesAndFilesNeedNoDjl() {
    return noClasses()
        .that()
        .resideInAnyPackage(
            names(
                "image",
                "codec",
                "segment",
                "drawing",
                "io",
                "scene",
                "data",
                "event",
                "support",
                "torch",
                "model.signature",
                "detection",
                "torch.checkpoint",
                "torch.script"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..");
  }
}
