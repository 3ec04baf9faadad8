package dev.limelight.cli;

import dev.limelight.Explainer;
import dev.limelight.audit.Audit;
import dev.limelight.audit.AuditRow;
import dev.limelight.cli.console.ProgressLine;
import dev.limelight.cli.options.LayerOption;
import dev.limelight.cli.options.MethodsOption;
import dev.limelight.concept.ClusterConcept;
import dev.limelight.concept.ConceptSettings;
import dev.limelight.data.ImageSet;
import dev.limelight.method.Method;
import dev.limelight.report.AuditPage;
import dev.limelight.support.UnsupportedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code limelight audit}: audits a folder of pictures and writes one page. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Explains a folder of pictures and writes one HTML page: where the evidence lies, maps that lie alike, what is suspicious.")
final class AuditCommand implements Callable<Integer> {

  private static final int MOST_CONCEPTS = 100;

  @Mixin private FolderOptions folder;

  @Mixin private LayerOption layer;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "grad-cam",
      description = "One of those that methods lists (default: ${DEFAULT-VALUE}).")
  private String method;

  @Option(
      names = "--concepts",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "Say which of so many concepts of its class carries each suspicious cluster; 5 is usual, 0 for none (default: ${DEFAULT-VALUE}).")
  private int count;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    folder.check();
    if (count < 0 || count > MOST_CONCEPTS) {
      throw new ParameterException(
          spec.commandLine(),
          "--concepts must be from 0 to " + MOST_CONCEPTS + ", but got " + count);
    }
    Method chosen = MethodsOption.named(spec, method);
    Notes notes = new Notes(spec);
    NotedImages found = folder.images();
    try (ProgressLine progress = ProgressLine.of(spec, "audit", "pictures");
        Explainer explainer = explainer()) {
      Explainer fitted = folder.fitted(explainer);
      ImageSet images = fitted.labelled(found);
      notes.add(fitted);
      notes.add(images.notes());
      notes.add(chosen.notes());
      notes.print();
      progress.expect(images.size());
      Audit audit =
          Audit.builder()
              .setExplainer(fitted)
              .setImages(images)
              .optMethod(chosen)
              .optProgress(progress::reached)
              .run();
      notes.add(found.ofPictures());
      notes.add(failures(audit));
      List<ClusterConcept> carriers = carriers(fitted, images, audit, notes);
      carriers.forEach(carrier -> notes.add(carrier.concepts().notes()));
      Map<String, String> manifest = AuditPage.manifest(fitted, images, chosen);
      manifest.put("notes", String.join("; ", notes.all()));
      new AuditPage(audit, fitted, images, chosen, folder.verdicts())
          .optConcepts(carriers)
          .report(folder.title("Audit"), manifest)
          .save(folder.out());
      progress.clear();
      notes.print();
      PrintWriter out = spec.commandLine().getOut();
      if (folder.json()) {
        audit.rows().forEach(row -> JsonOption.print(out, fields(row, found)));
      } else {
        out.println(audit);
        carriers.forEach(carrier -> out.println(carrier.sentence()));
        out.println(folder.out());
        out.flush();
      }
    }
    return 0;
  }

  /** Verdicts and concepts look at one picture after another, for which all cores are faster. */
  private Explainer explainer() throws IOException {
    boolean mapsAlone = folder.verdicts() == 0 && count == 0;
    return mapsAlone ? folder.explainerOfSet(layer.layers()) : folder.explainer(layer.layers());
  }

  /** Which concepts carry suspicious clusters; a network without concepts has its audit still. */
  private List<ClusterConcept> carriers(
      Explainer explainer, ImageSet images, Audit audit, Notes notes) {
    if (count == 0) {
      return List.of();
    }
    try {
      return ClusterConcept.of(explainer, images, audit, ConceptSettings.USUAL.concepts(count));
    } catch (UnsupportedException e) {
      notes.add(List.of("no concepts of suspicious clusters: " + e.getMessage()));
      return List.of();
    }
  }

  private static List<String> failures(Audit audit) {
    return audit.failures().stream()
        .map(row -> row.name() + " could not be explained: " + row.error())
        .toList();
  }

  private Map<String, @Nullable Object> fields(AuditRow row, NotedImages images) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("file", row.name());
    fields.put("error", row.failed() ? row.error() : null);
    fields.put("target", row.failed() ? null : row.predicted());
    fields.put("label", row.failed() ? null : row.predictedLabel());
    fields.put("probability", row.probability());
    fields.put("trueClass", row.label() < 0 ? null : row.label());
    fields.put("positiveEvidence", row.mapped());
    fields.put("border", row.border());
    fields.put("object", row.object());
    fields.put("method", method);
    fields.put("files", List.of(folder.out().toString()));
    fields.put("notes", images.notes(row.name()));
    return fields;
  }
}
