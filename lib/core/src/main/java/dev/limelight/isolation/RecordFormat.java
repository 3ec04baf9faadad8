package dev.limelight.isolation;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.jspecify.annotations.Nullable;

/**
 * Methods and targets as parts of a message: records of numbers, texts, lists, arrays and further
 * records. The process that the user started writes them, and the other makes its own of them on
 * the same class path; nothing is ever read in the opposite direction.
 */
@API(status = Status.INTERNAL)
public final class RecordFormat {

  private static final int LONGEST_TEXT = 1 << 24;
  private static final int MOST_ELEMENTS = 1 << 28;

  private enum Kind {
    NULL,
    FLAG,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    TEXT,
    CONSTANT,
    DURATION,
    ARRAY,
    LIST,
    RECORD
  }

  private RecordFormat() {}

  /**
   * Adds a value.
   *
   * @param what it is in a sentence, such as "the method 'rise'"
   * @throws IllegalArgumentException if it holds code or anything else that is no plain value
   */
  public static void write(MessageWriter to, @Nullable Object value, String what) {
    if (value == null) {
      to.put((byte) Kind.NULL.ordinal());
    } else if (value instanceof Boolean flag) {
      kind(to, Kind.FLAG).put(flag.booleanValue());
    } else if (value instanceof Integer number) {
      kind(to, Kind.INT).put(number.intValue());
    } else if (value instanceof Long number) {
      kind(to, Kind.LONG).put(number.longValue());
    } else if (value instanceof Float number) {
      kind(to, Kind.FLOAT).put(new float[] {number});
    } else if (value instanceof Double number) {
      kind(to, Kind.DOUBLE).put(number.doubleValue());
    } else if (value instanceof String text) {
      kind(to, Kind.TEXT).put(text);
    } else if (value instanceof Enum<?> constant) {
      kind(to, Kind.CONSTANT).put(constant.getDeclaringClass().getName()).put(constant.ordinal());
    } else if (value instanceof Duration duration) {
      kind(to, Kind.DURATION).put(duration.getSeconds()).put(duration.getNano());
    } else if (value instanceof List<?> list) {
      kind(to, Kind.LIST).put(list, (writer, one) -> write(writer, one, what));
    } else if (value.getClass().isArray() && value.getClass().getComponentType().isPrimitive()) {
      array(kind(to, Kind.ARRAY), value, what);
    } else if (value instanceof Record own) {
      record(kind(to, Kind.RECORD), own, what);
    } else {
      throw new IllegalArgumentException(
          what
              + " cannot be sent to the process of an isolated model, as it holds "
              + (value.getClass().isHidden() || value.getClass().isAnonymousClass()
                  ? "code"
                  : "a " + value.getClass().getSimpleName())
              + "; use a record of numbers, texts, lists and records, or load the model without"
              + " isolation");
    }
  }

  private static MessageWriter kind(MessageWriter to, Kind kind) {
    return to.put((byte) kind.ordinal());
  }

  private static void array(MessageWriter to, Object values, String what) {
    int length = Array.getLength(values);
    to.put(values.getClass().getComponentType().descriptorString()).put(length);
    if (values instanceof float[] floats) {
      to.put(floats);
    } else if (values instanceof int[] ints) {
      to.put(ints);
    } else {
      for (int i = 0; i < length; i++) {
        write(to, Array.get(values, i), what);
      }
    }
  }

  private static void record(MessageWriter to, Record value, String what) {
    to.put(value.getClass().getName());
    for (Object own : components(value, what)) {
      write(to, own, what);
    }
  }

  private static @Nullable Object[] components(Record value, String what) {
    RecordComponent[] components = value.getClass().getRecordComponents();
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < values.length; i++) {
      try {
        Method accessor = components[i].getAccessor();
        accessor.setAccessible(true);
        values[i] = accessor.invoke(value);
      } catch (ReflectiveOperationException | InaccessibleObjectException e) {
        throw new IllegalArgumentException(
            what
                + " cannot be sent to the process of an isolated model, as its "
                + components[i].getName()
                + " cannot be read; make the record public",
            e);
      }
    }
    return values;
  }

  /** The texts in a record and in the records in it, in the order of their components. */
  public static List<String> texts(Record value, String what) {
    List<String> texts = new ArrayList<>();
    for (Object own : components(value, what)) {
      if (own instanceof String text) {
        texts.add(text);
      } else if (own instanceof Record inner) {
        texts.addAll(texts(inner, what));
      }
    }
    return texts;
  }

  /**
   * The same record with other texts: of what the process of a model answers, nothing else gets
   * into it.
   *
   * @param texts in the order of {@link #texts}
   * @throws ProtocolException if they are not as many, or the record refuses them
   */
  public static Record withTexts(Record value, List<String> texts, String what) {
    if (texts.equals(texts(value, what))) {
      return value;
    }
    Iterator<String> rest = texts.iterator();
    try {
      Record changed = withTexts(value, rest, what);
      if (!rest.hasNext()) {
        return changed;
      }
    } catch (IllegalArgumentException | NoSuchElementException e) {
      throw new ProtocolException(what + " cannot have the texts " + texts);
    }
    throw new ProtocolException(what + " has no " + texts.size() + " texts");
  }

  private static Record withTexts(Record value, Iterator<String> texts, String what) {
    @Nullable Object[] values = components(value, what);
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof String) {
        values[i] = texts.next();
      } else if (values[i] instanceof Record inner) {
        values[i] = withTexts(inner, texts, what);
      }
    }
    return made(value.getClass(), values);
  }

  /** A value that {@link #write} wrote. */
  public static @Nullable Object read(MessageReader from) {
    return switch (from.kind(Kind.values())) {
      case NULL -> null;
      case FLAG -> from.flag();
      case INT -> from.number(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> from.longNumber();
      case FLOAT -> from.floats(1)[0];
      case DOUBLE -> from.real();
      case TEXT -> from.text(LONGEST_TEXT);
      case CONSTANT -> constant(from);
      case DURATION -> Duration.ofSeconds(from.longNumber(), from.number(0, Integer.MAX_VALUE));
      case ARRAY -> array(from);
      case LIST -> from.list(MOST_ELEMENTS, RecordFormat::read);
      case RECORD -> record(from);
    };
  }

  private static Object constant(MessageReader from) {
    Object[] constants = type(from.text(LONGEST_TEXT)).getEnumConstants();
    return constants[from.number(0, constants.length - 1)];
  }

  private static Object array(MessageReader from) {
    String element = from.text(1);
    int length = from.number(0, MOST_ELEMENTS);
    if (element.equals("F")) {
      return from.floats(length);
    }
    if (element.equals("I")) {
      return from.ints(length);
    }
    Class<?> type =
        switch (element) {
          case "Z" -> boolean.class;
          case "J" -> long.class;
          case "D" -> double.class;
          default -> throw new ProtocolException("there are no arrays of " + element);
        };
    Object values = Array.newInstance(type, length);
    for (int i = 0; i < length; i++) {
      Array.set(values, i, read(from));
    }
    return values;
  }

  private static Object record(MessageReader from) {
    Class<?> type = type(from.text(LONGEST_TEXT));
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new ProtocolException(type.getName() + " is no record");
    }
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = read(from);
    }
    return made(type, values);
  }

  private static Record made(Class<?> type, @Nullable Object[] values) {
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return (Record) constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          e.getCause() == null ? type.getSimpleName() : e.getCause().getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new ProtocolException(type.getName() + " cannot be made: " + e.getMessage());
    }
  }

  private static Class<?> type(String name) {
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      return Class.forName(
          name, true, loader == null ? RecordFormat.class.getClassLoader() : loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException(
          name
              + " is not on the class path of the isolated model's process; put its jar on the class"
              + " path, or load the model without isolation",
          e);
    }
  }
}
