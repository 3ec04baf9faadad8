package dev.limelight.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.limelight.Provenance;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** How it was made, as a table and as JSON. */
record ManifestPart(Map<String, String> entries) implements Part {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** The caller's entries, then what the maps say of themselves, unless the caller gave it. */
  static ManifestPart of(Map<String, String> given, List<PictureMaps> pictures) {
    Map<String, String> entries = new LinkedHashMap<>(given);
    List<Provenance> all =
        pictures.stream()
            .flatMap(picture -> picture.maps().stream())
            .map(map -> map.explanation().provenance())
            .distinct()
            .toList();
    add(entries, "model", all, one -> one.model().name());
    add(entries, "model SHA-256", all, one -> one.model().sha256());
    add(entries, "left out after the logits", all, one -> one.model().outputActivation());
    add(entries, "method", all, Provenance::methodText);
    add(entries, "layer", all, Provenance::layerText);
    add(entries, "target", all, one -> one.target().toString());
    add(entries, "engine", all, one -> one.model().engine());
    add(entries, "Limelight", all, Provenance::limelight);
    return new ManifestPart(entries);
  }

  private static void add(
      Map<String, String> entries,
      String name,
      List<Provenance> all,
      Function<Provenance, String> value) {
    Set<String> values = new LinkedHashSet<>();
    for (Provenance one : all) {
      if (value.apply(one) != null) {
        values.add(value.apply(one));
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
                    one ->
                        Markup.of(
                            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                            one.getKey(),
                            one.getValue()))
                .toList()),
        GSON.toJson(entries));
  }
}
