package dev.limelight.notebook;

import ai.djl.engine.Engine;
import dev.limelight.model.EngineName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;

/** The versions and settings needed to reproduce a run. */
record Provenance(Map<String, String> rows) implements Showable {

  static Provenance now(OptionalLong seed) {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("Limelight", version("dev.limelight/limelight-notebook"));
    rows.put("engine", engine());
    rows.put("DJL", Engine.getDjlVersion());
    rows.put("Java", System.getProperty("java.version"));
    rows.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    String threads = System.getenv("OMP_NUM_THREADS");
    rows.put("threads", threads == null ? "not set" : threads);
    rows.put("profile", Profile.current().name());
    rows.put("seed", seed.isPresent() ? String.valueOf(seed.getAsLong()) : "none needed");
    return new Provenance(rows);
  }

  private static String engine() {
    try {
      EngineName engine = EngineName.ofBlocks();
      return engine + " " + engine.version();
    } catch (RuntimeException | LinkageError e) {
      return "none";
    }
  }

  private static String version(String artifact) {
    String file = "/META-INF/maven/" + artifact + "/pom.properties";
    try (InputStream in = Provenance.class.getResourceAsStream(file)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unreleased");
    } catch (IOException e) {
      return "unreleased";
    }
  }

  @Override
  public Rendering rendering() {
    List<List<String>> pairs = new ArrayList<>();
    rows.forEach((name, value) -> pairs.add(List.of(name, value)));
    Rendering table = Tables.pairs("How this was made", pairs);
    return new Rendering(table.html(), table.text(), Map.of("kind", "provenance", "rows", rows));
  }
}
