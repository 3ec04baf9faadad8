package dev.limelight.cli;

import dev.limelight.Explainer;
import dev.limelight.audit.Audit;
import dev.limelight.data.ImageSet;
import dev.limelight.method.Method;
import dev.limelight.method.Methods;
import dev.limelight.report.AuditPage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code limelight audit}: audits a folder of pictures and writes one page. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Explains a folder of pictures and writes one HTML page: where the evidence lies, maps that lie alike, what is suspicious.")
final class AuditCommand implements Callable<Integer> {

  @Mixin private FolderOptions folder;

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      description = "Where to cut; without it the last layer with spatial extent (see layers).")
  private List<String> layers = List.of();

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "grad-cam",
      description = "One of those that methods lists (default: ${DEFAULT-VALUE}).")
  private String method;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    folder.check();
    Method chosen = Methods.named(method);
    ImageSet found = folder.images();
    try (ProgressLine progress = ProgressLine.of(spec, "audit", "pictures");
        Explainer explainer = folder.explainer(layers)) {
      Explainer fitted = folder.fitted(explainer);
      ImageSet images = found.labelled(fitted.model().labels());
      progress.expect(images.size());
      Audit audit =
          Audit.builder()
              .setExplainer(fitted)
              .setImages(images)
              .optMethod(chosen)
              .optProgress(progress::reached)
              .run();
      new AuditPage(audit, fitted, images, chosen, folder.verdicts())
          .report(folder.title("Audit"), AuditPage.manifest(fitted, images, chosen))
          .save(folder.out());
      progress.clear();
      spec.commandLine().getOut().println(audit);
      folder.notes(fitted).forEach(spec.commandLine().getOut()::println);
      spec.commandLine().getOut().println(folder.out());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }
}
