package dev.limelight.notebook;

/** Where outputs go: a kernel, or standard output when there is none. */
interface Screen {

  /** Shows an output; with an id it can be changed later. */
  void display(Rendering rendering, String id);

  /** Changes an output shown before. */
  void update(Rendering rendering, String id);

  /** Shows text on standard output, for programs that use this package outside a notebook. */
  final class Plain implements Screen {
    @Override
    public void display(Rendering rendering, String id) {
      System.out.println(rendering.text());
    }

    @Override
    public void update(Rendering rendering, String id) {
      System.out.println(rendering.text());
    }
  }
}
