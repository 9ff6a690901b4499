package bench
import ("testing";"os";"github.com/jiekou-dev/jiekou/bench/large";"strconv")
func TestZZMk(t *testing.T){
 n,_:=strconv.Atoi(os.Getenv("ZZ_N")); s,_:=strconv.Atoi(os.Getenv("ZZ_S"))
 f,err:=large.Project("example.com/big",large.Options{Systems:s,Interfaces:n,Storage:os.Getenv("ZZ_H")==""})
 if err!=nil{t.Fatal(err)}
 if err:=os.CopyFS(os.Getenv("ZZ_DIR"),f);err!=nil{t.Fatal(err)}
}
