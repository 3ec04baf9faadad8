package dev.limelight.zoo.hub;

import dev.limelight.torch.TorchTensor;
import dev.limelight.torch.TorchTensor.DataType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renames the tensors of a state dict: of the rules, the first that matches the whole name counts.
 */
final class NameRules implements HubNetwork.Renaming {

  /** Linear layers of a transformer that are stored apart. */
  private static final Pattern APART = Pattern.compile("(.*\\.attn\\.)(query|key|value)\\.(.*)");

  private static final List<String> PARTS = List.of("query", "key", "value");

  private record Rule(Pattern pattern, String replacement) {}

  private final List<Rule> rules = new ArrayList<>();

  /**
   * The same with one more rule.
   *
   * @param pattern a regular expression for the whole name
   * @param replacement with $1 for the first group
   */
  NameRules with(String pattern, String replacement) {
    rules.add(new Rule(Pattern.compile(pattern), replacement));
    return this;
  }

  @Override
  public Map<String, TorchTensor> apply(Map<String, TorchTensor> tensors) {
    Map<String, TorchTensor> renamed = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (renamed.put(renamed(name), tensor) != null) {
            throw new IllegalArgumentException(
                "the state dict has '"
                    + renamed(name)
                    + "' by the names of two publishers; keep one of them");
          }
        });
    return joined(renamed);
  }

  private String renamed(String name) {
    for (Rule rule : rules) {
      Matcher matcher = rule.pattern().matcher(name);
      if (matcher.matches()) {
        return matcher.replaceFirst(rule.replacement());
      }
    }
    return name;
  }

  /** Queries, keys and values as one linear layer, where all three are there. */
  private static Map<String, TorchTensor> joined(Map<String, TorchTensor> tensors) {
    Map<String, TorchTensor> joined = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          Matcher matcher = APART.matcher(name);
          if (!matcher.matches()) {
            joined.put(name, tensor);
            return;
          }
          List<TorchTensor> parts = new ArrayList<>();
          for (String part : PARTS) {
            TorchTensor one = tensors.get(matcher.group(1) + part + "." + matcher.group(3));
            if (one != null && one.shape().length == tensor.shape().length) {
              parts.add(one);
            }
          }
          if (parts.size() < PARTS.size()) {
            joined.put(name, tensor);
          } else if (matcher.group(2).equals(PARTS.get(0))) {
            joined.put(matcher.group(1) + "qkv." + matcher.group(3), concatenated(parts));
          }
        });
    return joined;
  }

  private static TorchTensor concatenated(List<TorchTensor> parts) {
    long[] shape = parts.get(0).shape();
    long rows = 0;
    long size = 0;
    for (TorchTensor part : parts) {
      rows += part.shape().length == 0 ? 0 : part.shape()[0];
      size += part.size();
    }
    if (shape.length > 0) {
      shape[0] = rows;
    }
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(size * Float.BYTES));
    for (TorchTensor part : parts) {
      for (float value : part.toFloatArray()) {
        data.putFloat(value);
      }
    }
    return new TorchTensor(DataType.FLOAT32, shape, data.flip());
  }
}
