import CLinux
import Glibc

/// What a process that is started may keep of its parent's.
public enum SpawnActions {
    /// It inherits no descriptor from this one on.
    public static func closeAll(from descriptor: Int32, in actions: inout posix_spawn_file_actions_t) {
        _ = shim_spawn_close_from(&actions, descriptor)
    }
}
