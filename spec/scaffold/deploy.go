package scaffold

import (
	"path/filepath"
	"strings"
)

// Deployment says for which server files of a deployment are.
type Deployment struct {
	Name   string // of its binary, image, unit and deployment
	Main   string // the package of the binary: "./cmd/jiekoud"
	Folder string // the folder of the files in the repository
}

// Root is the repository's root as seen from Folder.
func (d Deployment) Root() string {
	return strings.TrimSuffix(strings.Repeat("../", 1+strings.Count(filepath.ToSlash(d.Folder), "/")), "/")
}

// Files are a Dockerfile, a compose file, a unit of systemd and manifests of Kubernetes,
// below Folder.
func (d Deployment) Files() ([]File, error) {
	return rendered(d, [][2]string{
		{d.Folder + "/Dockerfile", "project/deploy/Dockerfile"},
		{d.Folder + "/compose.yaml", "project/deploy/compose"},
		{d.Folder + "/" + d.Name + ".service", "project/deploy/service"},
		{d.Folder + "/kubernetes/" + d.Name + ".yaml", "project/deploy/kubernetes"},
	})
}
