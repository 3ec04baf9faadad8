package dev.limelight.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The production code of all modules as text, for what class files do not tell: the constants that
 * were written.
 *
 * @param files by their path below the folder of modules
 */
record SourceTree(Map<Path, String> files) {

  private static final Pattern ENGINE = Pattern.compile("\"(?:MXNet|PyTorch|OnnxRuntime)\"");

  /** Reads all below a folder of modules. */
  static SourceTree of(Path modules) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(modules)) {
      for (Path module : all.sorted().toList()) {
        Path code = module.resolve(Path.of("src", "main", "java"));
        if (Files.isDirectory(code)) {
          try (Stream<Path> files = Files.walk(code)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
          }
        }
      }
    }
    Map<Path, String> files = new java.util.TreeMap<>();
    for (Path file : found) {
      files.put(modules.relativize(file), Files.readString(file));
    }
    return new SourceTree(files);
  }

  /** Files other than one in which an engine's name is a text. */
  List<Path> namingAnEngineBeside(String fileName) {
    return files.entrySet().stream()
        .filter(file -> !file.getKey().getFileName().toString().equals(fileName))
        .filter(file -> ENGINE.matcher(withoutComments(file.getValue())).find())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The packages with more than so many files, which hold a class each. */
  Map<Path, Long> packagesLargerThan(int most) {
    return files.keySet().stream()
        .filter(file -> !file.endsWith("package-info.java") && !file.endsWith("module-info.java"))
        .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()))
        .entrySet()
        .stream()
        .filter(one -> one.getValue() > most)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The packages that the compiler does not check for nulls. */
  List<Path> packagesNotNullMarked() {
    return files.keySet().stream()
        .map(Path::getParent)
        .distinct()
        .filter(
            folder ->
                !files
                    .getOrDefault(folder.resolve("package-info.java"), "")
                    .contains("\n@NullMarked\n"))
        .toList();
  }

  private static String withoutComments(String code) {
    return code.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)^\\s*//.*$", "");
  }
}
