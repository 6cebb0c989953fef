using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>
/// Makes the names in a folder durable. The base library refuses to open a folder, so this asks the C library; Windows has no such call, and NTFS
/// journals its names.
/// </summary>
internal static class FolderSync
{
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;
    private const int NoSuchEntry = 2;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = OpenFolder(Encoding.UTF8.GetBytes(folder + '\0'), OperatingSystem.IsMacOS() ? CloseOnExecMac : CloseOnExecLinux);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == NoSuchEntry)
            {
                // Another process emptied and removed the folder: no name is left in it to keep.
                return;
            }

            throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFolder(byte[] path, int flags);
}
