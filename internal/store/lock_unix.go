//go:build unix

package store

import (
	"os"
	"syscall"
)

// lockFile takes the file for this process alone, or fails at once. The system frees it
// when the process ends, however it ends.
func lockFile(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
