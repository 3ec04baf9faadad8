package dev.limelight.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.limelight.Provenance;
import dev.limelight.report.markup.Markup;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The manifest as a table and as JSON. */
record ManifestPart(Map<String, String> entries) implements Part {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** The caller's entries, followed by those of the maps that the caller did not give. */
  static ManifestPart of(Map<String, String> callerEntries, List<PictureMaps> pictures) {
    Map<String, String> entries = new LinkedHashMap<>(callerEntries);
    List<Provenance> provenances =
        pictures.stream()
            .flatMap(picture -> picture.maps().stream())
            .map(map -> map.explanation().provenance())
            .distinct()
            .toList();
    add(entries, "model", provenances, one -> one.model().name());
    add(entries, "model SHA-256", provenances, one -> one.model().sha256());
    add(entries, "left out after the logits", provenances, one -> one.model().outputActivation());
    add(entries, "method", provenances, Provenance::methodText);
    add(entries, "layer", provenances, Provenance::layerText);
    add(entries, "target", provenances, one -> one.target().toString());
    add(entries, "engine", provenances, one -> one.model().engine());
    add(entries, "Limelight", provenances, Provenance::limelight);
    return new ManifestPart(entries);
  }

  private static void add(
      Map<String, String> entries,
      String name,
      List<Provenance> provenances,
      Function<Provenance, String> value) {
    Set<String> values = new LinkedHashSet<>();
    for (Provenance provenance : provenances) {
      if (value.apply(provenance) != null) {
        values.add(value.apply(provenance));
      }
    }
    if (!values.isEmpty()) {
      entries.putIfAbsent(name, String.join("; ", values));
    }
  }

  @Override
  public Markup html(PictureIndex pictures) {
    if (entries.isEmpty()) {
      return Markup.EMPTY;
    }
    return Markup.of(
        """
        <section id="made" class="manifest">
        <h2>How this was made</h2>
        <div class="scroll" tabindex="0" role="region" aria-label="Manifest">\
        <table><caption>Everything that it takes to make these maps again</caption>
        <tbody>
        {}</tbody></table></div>
        <p class="actions"><button type="button" id="copy">Copy as JSON</button> \
        <button type="button" id="download">Download manifest.json</button> \
        <span id="copied" role="status"></span></p>
        <details><summary>The JSON</summary><pre id="manifest" tabindex="0">{}</pre></details>
        </section>
        """,
        Markup.join(
            entries.entrySet().stream()
                .map(
                    entry ->
                        Markup.of(
                            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                            entry.getKey(),
                            entry.getValue()))
                .toList()),
        GSON.toJson(entries));
  }
}
