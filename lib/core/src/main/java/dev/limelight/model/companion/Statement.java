package dev.limelight.model.companion;

import dev.limelight.model.PreprocessingSettings;
import dev.limelight.model.PreprocessingSettings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The settings that a file states, gathered one after the other. */
final class Statement {

  private PreprocessingSettings settings = PreprocessingSettings.NONE;
  private final List<String> notes = new ArrayList<>();

  /** States a setting as text. */
  Statement set(Setting setting, String text) {
    settings = settings.with(setting, text);
    return this;
  }

  /** States numbers, one a channel. */
  Statement set(Setting setting, float... numbers) {
    settings = settings.with(setting, numbers);
    return this;
  }

  /** States the size of the input. */
  Statement size(int width, int height) {
    return set(Setting.SIZE, width + "x" + height);
  }

  /** States the share of a side that is left when one length is cut out of another. */
  Statement share(double part, double of) {
    return set(Setting.CROP_SHARE, String.valueOf(Math.min(1, part / of)));
  }

  /** States a filter by its name in Pillow, which may be one that is not there. */
  Statement filter(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (List.of("nearest", "bilinear", "bicubic", "lanczos").contains(lower)) {
      return set(Setting.RESIZE, lower);
    }
    return note("resizes by " + lower + ", and here it is bilinear");
  }

  /** Notes what is stated and cannot be done. */
  Statement note(String note) {
    notes.add(note);
    return this;
  }

  /** All settings. */
  PreprocessingSettings settings() {
    return settings;
  }

  /** What is stated and cannot be done. */
  List<String> notes() {
    return notes;
  }
}
