package dev.limelight.onnx.torchscript;

import dev.limelight.torch.script.ScriptProgram;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The code of a program, which is followed several times and read once. */
final class Expressions {

  private final List<ScriptProgram.Line> lines;
  private final Map<Integer, List<ScriptProgram.Layer>> layers;
  private final Map<String, Expression> known = new HashMap<>();

  Expressions(ScriptProgram program) {
    lines = program.lines();
    layers =
        program.layers().stream().collect(Collectors.groupingBy(ScriptProgram.Layer::position));
  }

  List<ScriptProgram.Line> lines() {
    return lines;
  }

  /** The layers by the number of statements before them. */
  Map<Integer, List<ScriptProgram.Layer>> layers() {
    return layers;
  }

  Expression of(String text) {
    return known.computeIfAbsent(text, ExpressionParser::of);
  }
}
