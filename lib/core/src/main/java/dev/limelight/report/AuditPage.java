package dev.limelight.report;

import dev.limelight.Explainer;
import dev.limelight.Explanation;
import dev.limelight.Provenance;
import dev.limelight.audit.Audit;
import dev.limelight.audit.AuditRow;
import dev.limelight.audit.ClassAudit;
import dev.limelight.audit.Cluster;
import dev.limelight.concept.ClusterConcept;
import dev.limelight.data.ClassNames;
import dev.limelight.data.Example;
import dev.limelight.data.ImageSet;
import dev.limelight.method.Method;
import dev.limelight.report.ReportTable.Cell;
import dev.limelight.report.markup.Paragraphs;
import dev.limelight.support.Count;
import dev.limelight.target.Target;
import dev.limelight.verdict.Judge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An {@link Audit} as one HTML page. */
public final class AuditPage {

  private static final int MEMBERS = 7;
  private static final int MAX_PICTURES = 120;
  private static final int MAX_FAILURES = 50;

  private final Audit audit;
  private final Explainer explainer;
  private final ImageSet images;
  private final Method method;
  private final int judged;
  private List<ClusterConcept> carriers = List.of();

  /**
   * The page of an audit.
   *
   * @param audit of the images, by that explainer and method
   * @param judged the number of the most suspicious pictures that get a verdict; {@link Judge#cost}
   *     gives the cost of each
   */
  public AuditPage(Audit audit, Explainer explainer, ImageSet images, Method method, int judged) {
    this.audit = audit;
    this.explainer = explainer;
    this.images = explainer.labelled(images);
    this.method = method;
    this.judged = judged;
  }

  /** Says which concepts carry suspicious clusters. */
  public AuditPage optConcepts(List<ClusterConcept> found) {
    carriers = List.copyOf(found);
    return this;
  }

  /** Explains the most typical pictures of each cluster again, and creates the page. */
  public HtmlReport report(String title, Map<String, String> manifest) {
    HtmlReport.Builder page =
        HtmlReport.builder().setTitle(title).optIntroduction(introduction()).optManifest(manifest);
    page.addHeading("Where the evidence lies").addTable(classes());
    page.addHeading("Maps that lie alike")
        .addParagraph(
            "Maps of one predicted class that lie alike form a cluster. It is suspicious where this"
                + " class's evidence lies in one place much more often than that of other classes:"
                + " an object may be anywhere, a watermark or a border is always in one place. Look"
                + " at the pictures: an object that is always photographed in one place looks the"
                + " same.");
    if (audit.clusters().isEmpty()) {
      page.addParagraph("None found.");
    } else {
      page.addGroups(audit.clusters().stream().map(this::group).toList());
    }
    List<PictureMaps> shown = pictures();
    page.addHeading("Pictures");
    if (judged > 0 && judged < shown.size()) {
      page.addParagraph(Paragraphs.judged(judged));
    }
    shown.forEach(page::addPicture);
    if (!audit.failures().isEmpty()) {
      page.addHeading("Pictures that could not be explained").addTable(failures());
    }
    return page.build();
  }

  private String introduction() {
    List<Cluster> suspicious = audit.suspicious();
    String accuracy =
        Double.isNaN(audit.accuracy())
            ? ""
            : String.format(Locale.ROOT, " %.1f %% of them are right.", 100 * audit.accuracy());
    List<String> conclusions = new ArrayList<>();
    if (!suspicious.isEmpty()) {
      conclusions.add("Suspicious: " + sentences(suspicious));
    } else if (audit.tooSmall() < audit.classes().size()) {
      conclusions.add(
          "No class is recognised by location: there is no evidence of a watermark, a border or"
              + " the like.");
    }
    if (audit.tooSmall() > 0) {
      String few = audit.tooSmallSentence();
      conclusions.add(few.substring(0, 1).toUpperCase(Locale.ROOT) + few.substring(1) + ".");
    }
    int pictures = audit.rows().size();
    return Count.of(pictures, "picture")
        + (pictures == 1 ? " was" : " were")
        + " explained for the class that the network predicts."
        + accuracy
        + Paragraphs.sentences(images.notes())
        + "\n\n"
        + String.join(" ", conclusions);
  }

  private static String sentences(List<Cluster> clusters) {
    return String.join(". Also: ", clusters.stream().map(Cluster::sentence).toList()) + ".";
  }

  private ReportTable classes() {
    boolean known = audit.classes().stream().anyMatch(one -> !Double.isNaN(one.accuracy()));
    boolean masks = audit.classes().stream().anyMatch(one -> !Double.isNaN(one.object()));
    List<String> columns = new ArrayList<>(List.of("class", "pictures"));
    if (known) {
      columns.add("right");
    }
    columns.addAll(List.of("border", masks ? "background" : "elsewhere"));
    if (masks) {
      columns.add("object");
    }
    columns.add("without evidence");
    List<List<Cell>> rows = new ArrayList<>();
    for (ClassAudit ofClass : audit.classes()) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.of(ofClass.label()));
      row.add(Cell.of(ofClass.pictures(), 0));
      if (known) {
        row.add(Cell.of(100 * ofClass.accuracy(), 1));
      }
      row.add(Cell.of(100 * ofClass.border(), 1));
      row.add(Cell.of(100 * ofClass.background(), 1));
      if (masks) {
        row.add(Cell.of(100 * ofClass.object(), 1));
      }
      row.add(Cell.of(ofClass.blank(), 0));
      rows.add(row);
    }
    return new ReportTable(
        "Mean shares of the positive evidence, in per cent, by predicted class; the border is the"
            + " outer tenth of the picture on each side",
        columns,
        rows);
  }

  private Group group(Cluster cluster) {
    return new Group(
        (cluster.suspicious() ? "Suspicious: " : "") + cluster.label(),
        cluster.sentence()
            + "; "
            + Count.of(cluster.members().size(), "map")
            + " like this"
            + carriers.stream()
                .filter(carrier -> carrier.cluster().equals(cluster))
                .map(carrier -> "; " + carrier.sentence())
                .collect(Collectors.joining()),
        String.format(Locale.ROOT, "suspicion %.2f", cluster.suspicion()),
        cluster.meanMap(),
        cluster.members().stream().limit(MEMBERS).map(images::name).toList());
  }

  private List<PictureMaps> pictures() {
    Stream<Integer> typical =
        audit.clusters().stream().flatMap(cluster -> cluster.members().stream().limit(MEMBERS));
    Set<Integer> clustered =
        audit.clusters().stream().map(Cluster::predicted).collect(Collectors.toSet());
    Stream<Integer> others =
        audit.rows().stream()
            .filter(row -> row.mapped() && !clustered.contains(row.predicted()))
            .map(AuditRow::index);
    List<Integer> indices = Stream.concat(typical, others).distinct().limit(MAX_PICTURES).toList();
    Judge judge = new Judge(explainer, method);
    List<PictureMaps> shown = new ArrayList<>();
    for (int index : indices) {
      try {
        Example example = images.get(index);
        Explanation map = explainer.explain(example.picture(), method, Target.top());
        List<Finding> findings =
            shown.size() < judged
                ? List.of(Finding.of(judge.judge(example.picture(), Target.top())))
                : List.of();
        shown.add(
            new PictureMaps(
                images.name(index), note(example), List.of(new JudgedMap(map, findings))));
      } catch (IOException e) {
        // It could be read a moment ago, and its row has the results of that time.
        continue;
      }
    }
    return shown;
  }

  private String note(Example example) {
    List<String> labels = explainer.model().labels();
    ClassNames names = new ClassNames(labels.isEmpty() ? images.labels() : labels);
    return example.label() < 0 ? "" : "true class: " + names.name(example.label());
  }

  private ReportTable failures() {
    List<List<Cell>> rows = new ArrayList<>();
    for (AuditRow row : audit.failures().stream().limit(MAX_FAILURES).toList()) {
      rows.add(List.of(Cell.of(row.name()), Cell.of(row.error())));
    }
    return new ReportTable(
        Count.of(audit.failures().size(), "picture") + " could not be read or explained",
        List.of("picture", "reason"),
        rows);
  }

  /** The sources of the page, for its manifest. */
  public static Map<String, String> manifest(Explainer explainer, ImageSet images, Method method) {
    Map<String, String> manifest = new LinkedHashMap<>();
    manifest.put("model", explainer.model().name());
    manifest.put("method", Provenance.text(method));
    manifest.put("pictures", String.valueOf(images.size()));
    manifest.put("preprocessing", explainer.model().preprocessing().toString());
    return manifest;
  }
}
