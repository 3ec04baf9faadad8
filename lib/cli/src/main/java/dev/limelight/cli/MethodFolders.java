package dev.limelight.cli;

import ai.djl.ndarray.NDManager;
import dev.limelight.Explanation;
import dev.limelight.Provenance;
import dev.limelight.io.AtomicFile;
import dev.limelight.method.Method;
import dev.limelight.report.MapsPage;
import dev.limelight.verdict.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What {@code explain} writes: the files of one method in a folder, or for several methods a folder
 * in it for each, named after the method, and a page with all maps.
 */
final class MethodFolders implements AutoCloseable {

  /** The page with the maps of several methods. */
  static final String PAGE = "methods.html";

  private final Path top;
  private final boolean made;
  private final List<Method> methods;
  private final List<Path> paths;
  private final List<OutputFolder> folders = new ArrayList<>();
  private final List<ExplanationFiles> files = new ArrayList<>();
  private final List<List<Explanation>> maps = new ArrayList<>();

  /**
   * Prepares the folders before any work.
   *
   * @throws IOException if one cannot be written, or holds something else
   */
  MethodFolders(Path top, List<Method> methods) throws IOException {
    this.top = top;
    this.methods = methods;
    made = !Files.exists(top);
    paths = methods.size() == 1 ? List.of(top) : below(top, methods);
    try {
      if (methods.size() > 1 && Files.exists(top) && !Files.isDirectory(top)) {
        throw new IOException(
            "--out must be a folder, but " + top + " is a file; choose another name");
      }
      for (Path path : paths) {
        folders.add(new OutputFolder(path));
      }
      Path page = top.resolve(PAGE);
      if (methods.size() > 1 && Files.exists(page) && !replaces()) {
        throw new IOException(
            page
                + " is there already and is no result of an earlier run; move it away, or choose"
                + " another --out");
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** A folder for each method; the second of one name, with other arguments, gets a number. */
  private static List<Path> below(Path top, List<Method> methods) {
    List<Path> paths = new ArrayList<>();
    for (Method method : methods) {
      String name = method.info().name();
      Path path = top.resolve(name);
      for (int number = 2; paths.contains(path); number++) {
        path = top.resolve(name + "-" + number);
      }
      paths.add(path);
    }
    return paths;
  }

  private boolean replaces() {
    return folders.stream().anyMatch(OutputFolder::replaces);
  }

  /**
   * Writes the files of one method, which {@link #finish} moves to their place.
   *
   * @param method its index
   * @param verdicts one a map, or none
   * @param notes what is noted of all; those of this method are added
   */
  void write(
      int method,
      List<Explanation> explanations,
      List<Verdict> verdicts,
      boolean boxed,
      NDManager manager,
      Notes notes)
      throws IOException {
    String name = methods.get(method).info().name();
    ExplanationFiles written = new ExplanationFiles(explanations, verdicts, name, boxed);
    Notes own = new Notes(notes);
    for (Explanation one : explanations) {
      own.add(one.provenance().model().notes());
      own.add(one.provenance().method().notes());
    }
    own.add(written.ofPictures());
    if (folders.get(method).replaces()) {
      own.add(List.of("replaced the results of an earlier run in " + paths.get(method)));
    }
    written.write(folders.get(method), manager, own.all());
    files.add(written);
    maps.add(explanations);
    notes.add(own.all());
  }

  /** Moves all files into their folders, and writes the page of several methods. */
  void finish(Notes notes) throws IOException {
    for (OutputFolder folder : folders) {
      folder.check();
    }
    for (OutputFolder folder : folders) {
      folder.finish();
    }
    if (methods.size() == 1) {
      return;
    }
    if (OutputFolder.holdsResults(top)) {
      notes.add(List.of(top + " also holds the results of an earlier run with one method"));
    }
    List<MapsPage.Row> rows =
        IntStream.range(0, maps.get(0).size())
            .mapToObj(
                i ->
                    new MapsPage.Row(
                        files.get(0).name(i), maps.stream().map(own -> own.get(i)).toList()))
            .toList();
    Map<String, String> manifest = new LinkedHashMap<>();
    manifest.put(
        "method", methods.stream().map(Provenance::text).collect(Collectors.joining(", ")));
    manifest.put("notes", String.join("; ", notes.all()));
    MapsPage.of("Maps by " + methods.size() + " methods", rows, manifest).save(top.resolve(PAGE));
  }

  /** Prints a line, or a JSON object, for each method and picture. */
  void print(PrintWriter out, boolean json) {
    boolean several = methods.size() > 1;
    List<String> page = several ? List.of(top.resolve(PAGE).toString()) : List.of();
    for (int i = 0; i < files.size(); i++) {
      if (json) {
        files.get(i).printJson(out, paths.get(i), page);
      } else {
        files.get(i).print(out, paths.get(i));
      }
    }
    if (several && !json) {
      out.println(page.get(0));
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    for (OutputFolder folder : folders) {
      folder.close();
    }
    if (made && Files.isDirectory(top) && AtomicFile.files(top).isEmpty()) {
      Files.delete(top);
    }
  }
}
