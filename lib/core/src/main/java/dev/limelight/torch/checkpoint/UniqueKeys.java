package dev.limelight.torch.checkpoint;

import com.google.gson.stream.JsonReader;
import dev.limelight.io.Names;
import dev.limelight.torch.MalformedFileException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** The keys of one object in JSON, each of which may be there once. */
final class UniqueKeys {

  private final Set<String> keys = new HashSet<>();

  /**
   * The next key.
   *
   * @throws MalformedFileException if it is there already
   */
  String next(JsonReader json) throws IOException {
    String key = json.nextName();
    if (!keys.add(key)) {
      throw new MalformedFileException(
          "has the name " + Names.printable(key) + " twice; save it again");
    }
    return key;
  }
}
