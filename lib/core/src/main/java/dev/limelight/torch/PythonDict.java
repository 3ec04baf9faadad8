package dev.limelight.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/** A dict of Python, in its order. */
@API(status = Status.INTERNAL)
public record PythonDict(Map<Object, Object> items) {

  /** An empty one. */
  public PythonDict() {
    this(new LinkedHashMap<>());
  }

  void put(@Nullable Object key, @Nullable Object value) throws MalformedFileException {
    // The hash of a list may cost any time, or never end where it holds itself; a tuple here has
    // the hash of an array, which looks at no element.
    boolean cheap =
        key == null
            || key instanceof String
            || key instanceof Number
            || key instanceof Boolean
            || key instanceof Object[];
    if (!cheap) {
      throw new MalformedFileException(
          "is damaged: a dict has a key that Python would not take; copy it again");
    }
    items.put(key, value);
  }

  /** Puts keys and values that follow each other. */
  void putAll(List<Object> pairs) throws MalformedFileException {
    for (int i = 0; i < pairs.size(); i += 2) {
      put(pairs.get(i), pairs.get(i + 1));
    }
  }
}
