package stage

// Missing is the refusal of a field that must be there.
func Missing(field string) string { return Refusal(1001, "缺少必须参数["+field+"]") }

// Wrong is the refusal of a value that a field may not have.
func Wrong(field string) string { return Refusal(1002, "参数类型错误["+field+"]") }

// NewCustomer is a sound new customer.
var NewCustomer = Members{
	"projGUID": Project1, "customerName": "安如是", "gender": 2, "mobile": "13900000001", "userGUID": User1,
}
